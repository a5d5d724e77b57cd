// Plumbline before a client that behaves as the public CDS Hooks Sandbox does: a page of another origin in a browser,
// which signs ES384 tokens itself, asks over TLS, and shows what comes back as HTML.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate, createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer, request as tlsRequest } from 'node:https';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { EVIL, freePort, poisoned, startServiceWith } from './support.mjs';

const REPOSITORY = process.env.PLUMBLINE_REPOSITORY;
const NOW = Date.parse('2026-11-25T09:10:00Z') / 1000; // the service's clock
const ISSUER = 'https://sandbox.cds-hooks.org';

const certs = mkdtempSync(join(tmpdir(), 'plumbline-sandbox-'));
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
const golden = (name) => JSON.parse(readFileSync(join(REPOSITORY, 'tests/golden', `${name}.request.json`)));

let keys;
let sandbox;
let service;
let base;
let origin;
let browser;
let page;

before(async () => {
  execFileSync('bash', [join(REPOSITORY, 'certs/dev-certs.sh'), certs], { stdio: 'ignore' });
  const file = (name) => readFileSync(join(certs, name));
  const tls = { cert: file('server.pem'), key: file('server.key') };
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'sandbox-1', alg: 'ES384', use: 'sig' };
  keys = createTlsServer(tls, (_, response) => response.end(JSON.stringify({ keys: [jwk] })));
  const jwksUrl = `https://localhost:${await listen(keys)}/.well-known/jwks.json`;
  sandbox = createServer((_, response) => response.writeHead(200, { 'Content-Type': 'text/html' })
    .end('<!doctype html><title>Sandbox</title><div id="cards"></div>'));
  origin = `http://127.0.0.1:${await listen(sandbox)}`;
  const port = await freePort();
  base = `https://localhost:${port}`;
  service = await startServiceWith(() => ({
    listen: { port, tls: { certificate: join(certs, 'server.pem'), key: join(certs, 'server.key') } },
    baseUrl: base, rollout: { default: 'on' }, store: { path: 'data' }, auth: { discovery: 'required' },
    cors: { origins: [origin] }, outgoing: { authority: join(certs, 'ca.pem') }, development: { allowLoopback: true, allowPlainHttp: true },
    clients: [{ name: 'sandbox', issuer: ISSUER, jwksUrl, profile: 'sandbox' }],
  }));
  const pin = createHash('sha256').update(new X509Certificate(tls.cert).publicKey.export({ type: 'spki', format: 'der' })).digest('base64');
  browser = await chromium.launch({ executablePath: process.env.PLUMBLINE_BROWSER,
    args: ['--no-sandbox', '--disable-gpu', `--ignore-certificate-errors-spki-list=${pin}`] });
  page = await sandboxPage(origin, jwksUrl);
});
after(async () => {
  await browser?.close();
  await service?.stop();
  keys?.close();
  sandbox?.close();
  rmSync(certs, { recursive: true });
});

/** A page of an origin that can do what the Sandbox does: window.ask(method, url, body, token?) and window.show(cards). */
async function sandboxPage(from, jku) {
  const made = await (await browser.newContext()).newPage();
  made.asked = [];
  made.on('request', (request) => made.asked.push(request.url()));
  await made.goto(from);
  await made.addScriptTag({ path: join(dirname(createRequire(import.meta.url).resolve('marked')), 'marked.umd.js') });
  await made.evaluate(async ({ jwk, issuer, jkuOf, now }) => {
    const key = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-384' }, false, ['sign']);
    const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
    const encoded = (value) => base64url(new TextEncoder().encode(JSON.stringify(value)));
    window.token = async (aud) => {
      const text = `${encoded({ alg: 'ES384', typ: 'JWT', kid: 'sandbox-1', jku: jkuOf })}.${encoded({ iss: issuer, aud, exp: now + 300, iat: now, jti: crypto.randomUUID() })}`;
      const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-384' }, key, new TextEncoder().encode(text));
      return `${text}.${base64url(signature)}`;
    };
    window.ask = async (method, url, body, token) => {
      const headers = { Accept: 'application/json, text/plain, */*', Authorization: `Bearer ${token ?? await window.token(url)}` };
      if (body !== undefined) headers['Content-Type'] = 'application/json';
      const answer = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
      return { status: answer.status, body: await answer.json() };
    };
    // Every field as markup, Markdown with HTML let through: what the Sandbox's renderer does at its most trusting.
    window.show = (cards) => {
      document.getElementById('cards').innerHTML = cards.map((card) => [card.summary, card.source.label, ...(card.suggestions ?? [])
        .flatMap((each) => [each.label, ...each.actions.map((action) => action.description)]), ...(card.links ?? []).map((each) => each.label),
        ...card.overrideReasons.map((each) => each.display)].map((each) => `<p>${each}</p>`).join('') + window.marked.parse(card.detail)).join('<hr>');
    };
  }, { jwk: privateKey.export({ format: 'jwk' }), issuer: ISSUER, jkuOf: jku, now: NOW });
  return made;
}

const ask = (method, path, body, token) => page.evaluate((asked) => window.ask(...asked), [method, base + path, body, token]);
const PATIENT_VIEW = '/cds-services/plumbline-patient-view';

let calls = 0;

/** A call as the Sandbox makes it, no encounter, no token for an open FHIR server; about a patient of its own. */
function call(name, change = () => {}) {
  const written = golden(name);
  const { patientId } = written.context;
  const request = JSON.parse(JSON.stringify(written).replaceAll(patientId, `${patientId}-${++calls}`));
  Object.assign(request, { hookInstance: randomUUID(), fhirServer: 'https://launch.smarthealthit.org/v/r4/fhir' });
  delete request.context.encounterId;
  delete request.fhirAuthorization;
  change(request);
  return request;
}

test('without a browser: TLS that verifies, and a preflight that asks for Authorization', async () => {
  const options = (headers) => new Promise((resolve, reject) => {
    tlsRequest(`${base}${PATIENT_VIEW}`, { method: 'OPTIONS', ca: readFileSync(join(certs, 'ca.pem')), headers }, resolve).on('error', reject).end();
  });
  const asked = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization,content-type' };
  const listed = await options({ Origin: origin, ...asked });
  assert.equal(listed.statusCode, 204, 'a preflight brings no token and needs none');
  assert.equal(listed.headers['access-control-allow-origin'], origin);
  assert.match(listed.headers['access-control-allow-headers'], /Authorization/);
  const foreign = await options({ Origin: 'https://evil.example', ...asked });
  assert.equal(foreign.headers['access-control-allow-origin'], undefined);
});

test('discovery, with a token', async () => {
  const { status, body } = await ask('GET', '/cds-services');
  assert.equal(status, 200);
  assert.deepEqual(new Set(body.services.map((each) => each.hook)).has('patient-view'), true);
  for (const each of body.services) {
    assert.match(each.id, /^[A-Za-z0-9._~-]+$/);
    assert.ok(each.title && each.description);
    assert.ok(Object.values(each.prefetch).every((template) => typeof template === 'string' && template));
  }
});

/** Nothing that is empty, anywhere in what we send (R004). */
function noneEmpty(value, where = 'answer') {
  assert.ok(value !== null && value !== '', where);
  if (typeof value !== 'object' || where.includes('extension')) return;
  const entries = Object.entries(value);
  assert.ok(entries.length > 0, where);
  entries.forEach(([name, each]) => noneEmpty(each, `${where}.${name}`));
}

function soundCard(card) {
  noneEmpty(card, 'card');
  assert.match(card.uuid, /^[0-9a-f-]{36}$/);
  assert.ok(card.summary.length < 140);
  assert.ok(['info', 'warning', 'critical'].includes(card.indicator));
  assert.ok(card.source.label && card.source.topic.code && card.source.topic.system);
  assert.equal('selectionBehavior' in card, 'suggestions' in card);
  for (const each of card.overrideReasons) assert.ok(each.code && each.system && each.display);
  for (const each of card.links ?? []) assert.ok(each.label && ['absolute', 'smart'].includes(each.type) && /^https:\/\//.test(each.url));
  for (const each of card.suggestions ?? []) {
    assert.match(each.uuid, /^[0-9a-f-]{36}$/);
    for (const action of each.actions) assert.ok(action.type === 'create' && action.description && action.resource.resourceType);
  }
}

test('patient-view without an encounter, and feedback on its card', async () => {
  const { status, body } = await ask('POST', PATIENT_VIEW, call('emergency'));
  assert.equal(status, 200);
  assert.equal(body.cards.length, 1);
  const [card] = body.cards;
  soundCard(card);
  assert.equal(card.indicator, 'critical');

  const feedback = (outcome) => ask('POST', `${PATIENT_VIEW}/feedback`,
    { feedback: [{ card: card.uuid, outcomeTimestamp: new Date(NOW * 1000).toISOString(), ...outcome }] });
  assert.equal((await feedback({ outcome: 'accepted', acceptedSuggestions: [{ id: card.suggestions[0].uuid }] })).status, 200);
  const [{ code, system, display }] = card.overrideReasons;
  assert.equal((await feedback({ outcome: 'overridden', overrideReason: { reason: { code, system, display }, userComment: EVIL } })).status, 200);
});

test('an order whose codings are empty objects', async () => {
  for (const where of ['medicationCodeableConcept', 'reasonCode', 'category']) {
    const { status, body } = await ask('POST', '/cds-services/plumbline-order-select', call('order-select', (request) => {
      const { resource } = request.context.draftOrders.entry[0];
      const empty = { ...(resource[where] ?? {}), coding: [{}] };
      resource[where] = where === 'medicationCodeableConcept' ? empty : [empty];
    }));
    assert.equal(status, 200, where);
    body.cards.forEach(soundCard);
  }
  const { status } = await ask('POST', PATIENT_VIEW, call('emergency', (request) => {
    request.prefetch.conditions.entry[0].resource.category = [{ coding: [{}] }];
  }));
  assert.equal(status, 200);
});

test('a page may read why it is refused: a token for elsewhere, a token again, no services of that name', async () => {
  const elsewhere = await page.evaluate((url) => window.token(url), `${base}/cds-services/plumbline-order-sign`);
  assert.equal((await ask('POST', PATIENT_VIEW, call('emergency'), elsewhere)).status, 401);
  const once = await page.evaluate((url) => window.token(url), base + PATIENT_VIEW);
  assert.equal((await ask('POST', PATIENT_VIEW, call('emergency'), once)).status, 200);
  assert.equal((await ask('POST', PATIENT_VIEW, call('emergency'), once)).status, 401);
  const forFeedback = await page.evaluate((url) => window.token(url), `${base}${PATIENT_VIEW}/feedback`);
  assert.equal((await ask('GET', '/cds-services', undefined, forFeedback)).status, 401);
  const none = await ask('POST', '/cds-services/none', call('emergency'));
  assert.equal(none.body.resourceType, 'OperationOutcome');
});

test('a page of an origin that is not listed is told nothing', async () => {
  const other = await sandboxPage(origin.replace('127.0.0.1', 'localhost'), 'https://unused.example');
  await assert.rejects(other.evaluate((url) => window.ask('GET', url), `${base}/cds-services`), /Failed to fetch/);
});

test('a hostile chart is inert where every field is rendered as HTML', async () => {
  const answers = await Promise.all(['emergency', 'urgent', 'structural-first-order'].map((name) => {
    const hostile = call(name, (request) => {
      request.prefetch = poisoned(request.prefetch);
      request.prefetch.notes = { resourceType: 'Bundle', type: 'searchset', total: 1, entry: [{ resource: {
        resourceType: 'DocumentReference', id: 'n1', status: 'current', date: '2026-11-24T10:00:00Z',
        subject: { reference: `Patient/${request.context.patientId}` }, type: { text: `Note ${EVIL}` },
        content: [{ attachment: { contentType: 'text/plain', data: Buffer.from(`Numb between the legs ${EVIL}. ${EVIL}`).toString('base64') } }],
      } }] };
    });
    return ask('POST', `/cds-services/plumbline-${hostile.hook}`, hostile);
  }));
  const cards = answers.flatMap(({ status, body }) => { assert.equal(status, 200, JSON.stringify(body)); return body.cards; });
  assert.ok(cards.length >= 3);
  assert.match(cards.map((each) => each.detail).join('\n'), /Numb between the legs/, 'the card quotes the note');
  cards.forEach(soundCard);
  const trusting = { summary: '<i>a</i>', source: { label: 'x' }, overrideReasons: [], detail: 'a <i>b</i>' };
  assert.equal(await page.evaluate((raw) => { window.show([raw]); return document.querySelectorAll('#cards i').length; }, trusting), 2,
    'what renders it lets HTML through');
  page.asked.length = 0;
  await page.evaluate((all) => window.show(all), cards);
  await page.waitForTimeout(300);
  const found = await page.evaluate(() => ({
    owned: window.owned,
    names: [...new Set([...document.querySelectorAll('#cards *')].map((each) => each.localName))],
    attributes: [...document.querySelectorAll('#cards *')].flatMap((each) => each.getAttributeNames()),
    text: document.getElementById('cards').textContent,
  }));
  assert.equal(found.owned, undefined);
  assert.deepEqual(found.names.filter((each) => !['p', 'strong', 'ul', 'li', 'hr', 'br'].includes(each)), []);
  assert.deepEqual(found.attributes, []);
  assert.deepEqual(page.asked, [], 'nothing is fetched for what a card says');
});
