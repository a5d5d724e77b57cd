// The screen launched from an EHR, in a browser: a server of our own stands for the EHR and its sign-in.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { accessible, freePort, startBrowser, startServiceWith } from './support.mjs';

let ehr;
let service;
let browser;

const PATIENT = { resourceType: 'Patient', id: 'p1', gender: 'female', birthDate: '1980-03-02', name: [{ given: ['Iris'], family: 'Vale' }] };
const PAIN = {
  resourceType: 'Condition', id: 'c1', subject: { reference: 'Patient/p1' }, onsetDateTime: '2026-11-20',
  clinicalStatus: { coding: [{ code: 'active' }] },
  code: { coding: [{ system: 'http://snomed.info/sct', code: '279039007' }] },
};

/** An EHR that signs everybody in, keeps to PKCE and takes what is written to it. */
async function startEhr() {
  const codes = new Map();
  const written = [];
  const bodyOf = async (request) => {
    let body = '';
    for await (const piece of request) body += piece;
    return body;
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, `http://${request.headers.host}`);
    const json = (value, status = 200) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    const home = `http://${request.headers.host}`;
    if (url.pathname === '/fhir/.well-known/smart-configuration') {
      return json({ authorization_endpoint: `${home}/authorize`, token_endpoint: `${home}/token`,
        code_challenge_methods_supported: ['S256'], capabilities: ['permission-v2'] });
    }
    if (url.pathname === '/authorize') {
      codes.set('code-1', url.searchParams.get('code_challenge'));
      response.writeHead(302, { Location: `${url.searchParams.get('redirect_uri')}?code=code-1&state=${url.searchParams.get('state')}` });
      return response.end();
    }
    if (url.pathname === '/token') {
      const form = new URLSearchParams(await bodyOf(request));
      const good = createHash('sha256').update(form.get('code_verifier')).digest('base64url') === codes.get(form.get('code'));
      codes.delete(form.get('code'));
      return good ? json({ access_token: 'token-canary', token_type: 'Bearer', expires_in: 600, patient: 'p1' }) : json({}, 400);
    }
    if (request.headers.authorization !== 'Bearer token-canary') return json({}, 401);
    if (request.method === 'POST') {
      written.push(JSON.parse(await bodyOf(request)));
      return json({}, 201);
    }
    if (url.pathname === '/fhir/Patient/p1') return json(PATIENT);
    const entry = url.pathname === '/fhir/Condition' ? [{ resource: PAIN }] : [];
    return json({ resourceType: 'Bundle', type: 'searchset', total: entry.length, entry });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, written, stop: () => server.close() };
}

before(async () => {
  ehr = await startEhr();
  const port = await freePort();
  service = await startServiceWith((folder) => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const key = { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES384', use: 'sig' };
    writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys: [key] }));
    return {
      listen: { port }, baseUrl: `http://127.0.0.1:${port}`, rollout: { default: 'on' },
      store: { path: 'data' }, development: { allowPlainHttp: true, allowLoopback: true },
      clients: [{ name: 'hospital', issuer: 'https://ehr.example', jwksFile: 'keys.json', fhirServers: [`${ehr.url}/fhir`] }],
      screen: { apps: [{ client: 'hospital', issuer: `${ehr.url}/fhir`, clientId: 'plumbline' }] },
    };
  });
  browser = await startBrowser();
});
after(async () => { await browser?.close(); await service?.stop(); ehr?.stop(); });

test('a card\'s link leads through the sign-in to the form, and the answers into the EHR', async () => {
  const context = await browser.newContext({ viewport: { width: 480, height: 800 } });
  const page = await context.newPage();
  const wrong = [];
  const seen = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  page.on('response', async (response) => seen.push(response.url(), await response.text().catch(() => '')));
  await page.goto(`${service.url}/screen/launch?launch=l1&iss=${encodeURIComponent(`${ehr.url}/fhir`)}`);
  await page.getByText('Iris Vale, 1980-03-02').waitFor();
  assert.equal(page.url(), `${service.url}/screen/`, 'neither code nor state is left in the address');
  const [cookie, ...others] = await context.cookies();
  assert.equal(cookie.name, '__Host-plumbline-screen');
  assert.ok(cookie.httpOnly && cookie.secure);
  assert.deepEqual(others, []);
  assert.equal(await page.evaluate(() => document.cookie), '');

  await page.getByRole('group', { name: 'Fever or rigors' }).getByText('No', { exact: true }).click();
  await page.getByRole('group', { name: 'Altered saddle or genital sensation' }).getByText('Yes').click();
  await page.getByRole('button', { name: 'Save and show advice' }).dblclick();
  await page.locator('#result .card.critical').waitFor();
  assert.match(await page.locator('#fate').innerText(), /Saved in the EHR as a questionnaire response/);
  await accessible(page, 'result');
  assert.equal(ehr.written.length, 1);
  assert.deepEqual(ehr.written[0].item.map((each) => [each.linkId, each.answer[0].valueCoding.code]),
    [['saddle-anaesthesia', 'yes'], ['fever', 'no']]);
  assert.ok(!seen.join('\n').includes('token-canary'), 'the token of the EHR never reaches the browser');
  assert.deepEqual(wrong, []);

  await context.clearCookies();
  await page.getByRole('button', { name: 'Change answers' }).click();
  await page.getByRole('button', { name: 'Save and show advice' }).click();
  await page.getByText('This screen is no longer connected to the EHR').waitFor();
  assert.equal(ehr.written.length, 1);
});

test('an issuer that is not configured ends with a page that says what to do', async () => {
  const page = await (await browser.newContext()).newPage();
  const answer = await page.goto(`${service.url}/screen/launch?launch=l1&iss=${encodeURIComponent('https://evil.example/fhir')}`);
  assert.equal(answer.status(), 403);
  await page.getByText('is not configured here').waitFor();
  await accessible(page, 'refused');
});
