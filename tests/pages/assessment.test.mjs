// What a card's "How this was decided" opens, and what it shows where the assessment is not there.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EVIL, accessible, freePort, newPage, poisoned, startBrowser, startServiceWith } from './support.mjs';

let service;
let browser;
before(async () => {
  const port = await freePort();
  [service, browser] = await Promise.all([startServiceWith(() => ({
    listen: { port }, store: { path: 'data' }, development: { allowPlainHttp: true },
    cards: { links: { explanation: `http://127.0.0.1:${port}/knowledge` }, explanations: { ofPatient: true } },
  }), ['--demo']), startBrowser()]);
});
after(async () => { await browser?.close(); await service?.stop(); });

/** The link of the card that a chart of the demo gets, after `change`. */
async function linkFor(page, id, change = (bundle) => bundle) {
  const bundle = change(await (await page.request.get(`/demo/charts/${id}.json`)).json());
  const of = (...types) => ({ resourceType: 'Bundle', type: 'searchset', entry: bundle.entry.filter(({ resource }) => types.includes(resource.resourceType)) });
  const patient = bundle.entry.find(({ resource }) => resource.resourceType === 'Patient').resource;
  const answer = await page.request.post('/cds-services/plumbline-patient-view', { data: {
    hook: 'patient-view', hookInstance: 'a', context: { userId: 'Practitioner/u', patientId: patient.id },
    prefetch: { patient, conditions: of('Condition'), observations: of('Observation'), notes: of('DocumentReference') } } });
  const [card] = (await answer.json()).cards;
  return card.links.find((each) => each.label === 'How this was decided').url;
}

for (const colorScheme of ['light', 'dark']) {
  test(`shows the entries it was decided by, ${colorScheme}`, async () => {
    const page = await newPage(browser, service, { colorScheme, viewport: { width: 320, height: 800 } });
    await page.goto('/knowledge');
    const link = await linkFor(page, 'ada');
    assert.ok(!/ada/i.test(link.replace(/assessment=[^#]+/, '')), 'no patient in the address');
    const answer = await page.goto(link);
    assert.equal(answer.headers()['cache-control'], 'no-store');
    await page.getByRole('heading', { level: 1, name: 'How this was decided' }).waitFor();
    await page.getByText('As of 2026-11-25 09:10 UTC, by content 0.1.0.').waitFor();
    assert.ok(await page.locator('#assessment .tier-emergency').count() > 0);
    assert.ok(await page.locator('#assessment .verdict.holds').count() > 0);
    assert.ok(await page.locator('#assessment .evidence q').count() > 0);
    assert.equal(await page.evaluate(() => scrollY), 0, 'it begins at its beginning');
    await accessible(page, 'assessment');
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 320);
    assert.deepEqual(page.wrong, []);
  });
}

test('an address that is not good shows the pathway, and why not the assessment', async () => {
  const page = await newPage(browser, service, { viewport: { width: 320, height: 700 } });
  await page.goto('/knowledge');
  const link = await linkFor(page, 'ada');
  await page.goto(link.replace('assessment=', 'assessment=1'));
  const notice = page.getByText('What was found in the chart is not shown: its link is damaged');
  const box = await notice.boundingBox();
  assert.ok(box.y >= 0 && box.y + box.height < 300, 'in sight although the address leads further down');
  const pathway = await page.locator(link.slice(link.indexOf('#'))).boundingBox();
  assert.ok(pathway.y >= box.y + box.height && pathway.y < 700, `not behind the notice: ${JSON.stringify([box, pathway])}`);
  await accessible(page, 'instead');
  assert.deepEqual(page.wrong, []);
});

test('a hostile chart stays text', async () => {
  const page = await newPage(browser, service);
  await page.goto('/knowledge');
  await page.goto(await linkFor(page, 'ada', poisoned));
  await page.locator('#assessment .evidence').first().waitFor();
  await page.evaluate(() => document.querySelectorAll('details').forEach((each) => { each.open = true; }));
  const found = await page.evaluate(() => ({ owned: window.owned, scripts: document.scripts.length, text: document.querySelector('main').textContent,
    elements: document.querySelectorAll('main img, main script, main svg, main iframe, main [onerror], main [onload]').length }));
  assert.equal(found.owned, undefined);
  assert.equal(found.scripts, 1);
  assert.equal(found.elements, 0);
  assert.ok(found.text.includes(EVIL.slice(0, 20)), 'the words of the chart are shown as they are');
  assert.doesNotMatch(found.text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
  assert.deepEqual(page.wrong, []);
});
