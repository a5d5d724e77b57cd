import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answered, newPage, openChart, startBrowser, startService } from './support.mjs';

let service;
let browser;
before(async () => { [service, browser] = await Promise.all([startService(), startBrowser()]); });
after(async () => { await browser?.close(); await service?.stop(); });

const card = (page) => page.locator('#answer .card');

test('a newcomer opens the demo, takes a suggestion and overrides the card', async () => {
  const own = await startService();
  const page = await newPage(browser, own);
  await page.goto('/');
  assert.match(page.url(), /\/demo\/$/);
  await page.locator('#answer .card.critical').waitFor();
  assert.match(await card(page).innerText(), /cauda equina/);
  assert.match(await page.locator('#reasons').innerText(), /Numbness of saddle area/);

  const suggestion = card(page).getByRole('button', { name: 'Order a post-void bladder scan' });
  await suggestion.click();
  await card(page).getByRole('button', { name: /added as a draft/ }).waitFor();
  assert.match(await page.locator('#record').innerText(), /US Urinary bladder post void\s*stat · draft/);

  await card(page).getByText('Override', { exact: true }).click();
  await card(page).getByLabel('Reason').selectOption({ label: 'Already assessed: examined for this, or imaged' });
  await card(page).getByLabel('Comment').fill('Examined at noon');
  await card(page).getByRole('button', { name: 'Override this card' }).click();
  await page.getByText('The service has stored this as feedback.', { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.className), 'card done');

  const kept = own.feedback();
  assert.deepEqual(kept.map((each) => each.outcome).sort(), ['accepted', 'overridden']);

  await answered(page, () => page.getByRole('button', { name: 'Open chart' }).click());
  assert.match(await page.locator('.card.none').innerText(), /answered before/);
  await answered(page, () => page.getByLabel("Today's note").fill('Both legs weak since this morning.'));
  assert.equal(await page.locator('.card.critical').count(), 1);
  assert.deepEqual(page.wrong, []);
  await own.stop();
});

test('each hook asks its own service and shows its answer', async () => {
  const page = await newPage(browser, service);
  await openChart(page, 'ada');
  for (const hook of ['encounter-start', 'order-select', 'order-sign', 'problem-list-item-create', 'encounter-discharge', 'patient-view']) {
    await answered(page, () => page.locator(`[data-hook="${hook}"]`).click());
    assert.equal(await page.locator('#answer .card.critical').count(), 1, hook);
    const request = await page.locator('#request').textContent();
    assert.ok(request.startsWith(`POST /cds-services/plumbline-${hook}\n`), hook);
    assert.equal(JSON.parse(request.slice(request.indexOf('{'))).hook, hook);
    assert.ok((await page.locator('#response').textContent()).startsWith('200\n'), hook);
  }
  assert.deepEqual(page.wrong, []);
});

test('every chart comes out as the list of charts says', async () => {
  const page = await newPage(browser, service);
  const { charts } = await (await page.request.get('/demo/charts.json')).json();
  const indicators = { emergency: 'critical', urgent: 'warning', none: 'none' };
  for (const chart of charts) {
    await page.goto('about:blank');
    await openChart(page, chart.id);
    assert.equal(await page.locator('#reasons > p .tier').innerText(), chart.tier, chart.id);
    assert.match(await card(page).getAttribute('class'), new RegExp(`\\b${indicators[chart.tier] ?? 'info'}\\b`), chart.id);
  }
  assert.deepEqual(page.wrong, []);
});

test('what is written into the note changes the card, and taken out again changes it back', async () => {
  const page = await newPage(browser, service);
  await openChart(page, 'otto');
  assert.equal(await page.locator('.card.none').count(), 1);
  await answered(page, () => page.getByLabel("Today's note").fill('Numb between the legs since this morning.'));
  assert.match(await page.locator('.card.critical').innerText(), /Numb between the legs since this morning/);
  assert.match(await page.locator('#said').innerText(), /critical/);
  await answered(page, () => page.getByLabel("Today's note").fill('Denies numbness between the legs.'));
  assert.equal(await page.locator('.card.critical').count(), 0);
  await answered(page, () => page.getByLabel("Today's note").fill(''));
  assert.equal(await page.locator('.card.none').count(), 1);
  assert.deepEqual(page.wrong, []);
});

test('an anxiolytic in the draft orders asks for the screen before it is signed', async () => {
  const page = await newPage(browser, service);
  await openChart(page, 'viktor');
  assert.equal(await page.locator('.card.none').count(), 1);
  await answered(page, () => page.getByRole('button', { name: 'Choose order' }).click());
  assert.match(await page.locator('.card.warning').innerText(), /anxiolytic is being ordered/);
  await answered(page, () => page.getByRole('button', { name: /Remove the draft/ }).click());
  assert.equal(await page.locator('.card').count(), 1);
  assert.deepEqual(page.wrong, []);
});

test('reasons name the evidence and lead to the pathway and the finding they are about', async () => {
  const page = await newPage(browser, service);
  await openChart(page, 'rosa');
  const pathway = page.locator('#reasons a[href="/knowledge#pathway-cauda-equina"]').first();
  assert.equal(await pathway.innerText(), 'Cauda equina syndrome');
  assert.match(await page.locator('#reasons').textContent(), /numb between the legs[^.]*DocumentReference\/rosa-\d+/);
  const knowledge = await newPage(browser, service);
  await knowledge.goto(await pathway.getAttribute('href'));
  assert.equal(await knowledge.locator(':target').innerText(), 'Cauda equina syndrome cauda-equina 0.1.0');
  assert.deepEqual([...page.wrong, ...knowledge.wrong], []);
});

test('a chart of one\'s own is opened from a Bundle and from a hook request', async () => {
  const page = await newPage(browser, service);
  await openChart(page, 'wanda');
  await page.getByText('Your own chart', { exact: true }).click();
  const open = (text) => answered(page, async () => {
    await page.getByLabel('JSON').fill(text);
    await page.getByRole('button', { name: 'Open this chart' }).click();
  });
  const bundle = await (await page.request.get('/demo/charts/ada.json')).text();
  await open(bundle.replaceAll('ada', 'own-1').replace('Ada', 'Own'));
  assert.equal(await page.getByRole('heading', { level: 2, name: 'Own Birch' }).count(), 1);
  assert.equal(await page.locator('.card.critical').count(), 1);

  const request = await page.locator('#request').textContent();
  await open(request.slice(request.indexOf('{')).replaceAll('own-1', 'own-2'));
  assert.equal(await page.locator('.card.critical').count(), 1);
  assert.deepEqual(page.wrong, []);
});

test('what is no chart is said, and what the service refuses is shown as refused', async () => {
  const page = await newPage(browser, service);
  await openChart(page, 'wanda');
  await page.getByText('Your own chart', { exact: true }).click();
  for (const [text, message] of [['{', 'not JSON'], ['{"resourceType":"Patient","id":"x"}', 'neither'], ['{"resourceType":"Bundle"}', 'no Patient']]) {
    await page.getByLabel('JSON').fill(text);
    await page.getByRole('button', { name: 'Open this chart' }).click();
    await page.locator('#own-problem', { hasText: message }).waitFor();
  }
  assert.deepEqual(page.wrong, []);
  const mixed = { resourceType: 'Bundle', type: 'collection', entry: [
    { resource: { resourceType: 'Patient', id: 'one', birthDate: '1980-01-01' } },
    { resource: { resourceType: 'Condition', id: 'c', subject: { reference: 'Patient/two' }, code: { text: 'Back pain' } } }] };
  await answered(page, async () => {
    await page.getByLabel('JSON').fill(JSON.stringify(mixed));
    await page.getByRole('button', { name: 'Open this chart' }).click();
  });
  assert.match(await page.locator('.card.refused').innerText(), /Refused: 400/);
  assert.ok(page.wrong.every((each) => each.includes('400')), page.wrong.join('\n'));
});
