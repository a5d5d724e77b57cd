import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EVIL, accessible, answered, newPage, openChart, poisoned, startBrowser, startService } from './support.mjs';

let service;
let browser;
before(async () => { [service, browser] = await Promise.all([startService(), startBrowser()]); });
after(async () => { await browser?.close(); await service?.stop(); });

async function hostileChart(page) {
  const bundle = poisoned(await (await page.request.get('/demo/charts/ada.json')).json());
  for (const { resource } of bundle.entry) {
    if (resource.resourceType !== 'DocumentReference') continue;
    resource.type = { text: `Note ${EVIL}` };
    resource.content[0].attachment.data = Buffer.from(`Numb between the legs ${EVIL} since Monday. ${EVIL}`).toString('base64');
  }
  bundle.entry.push({ resource: { resourceType: 'Observation', id: 'odd', status: 'final', subject: { reference: 'Patient/ada' },
    code: { text: EVIL }, valueString: EVIL, effectiveDateTime: EVIL } });
  return JSON.stringify(bundle);
}

test('a chart with markup, scripts, links and control characters in every string stays text', async () => {
  const page = await newPage(browser, service);
  await openChart(page, 'wanda');
  await page.getByText('Your own chart', { exact: true }).click();
  await answered(page, async () => {
    await page.getByLabel('JSON').fill(await hostileChart(page));
    await page.getByRole('button', { name: 'Open this chart' }).click();
  });
  assert.equal(await page.locator('.card.critical').count(), 1);
  await page.evaluate(() => document.querySelectorAll('details').forEach((each) => { each.open = true; }));
  await page.waitForTimeout(300);

  const found = await page.evaluate(() => ({
    owned: window.owned,
    elements: document.querySelectorAll('main img, main script, main svg, main iframe, main [onerror], main [onload]').length,
    links: [...document.querySelectorAll('main a')].map((each) => each.getAttribute('href')),
    shown: document.querySelector('main').textContent + document.title
      + [...document.querySelectorAll('main *')].map((each) => each.getAttribute('aria-label') ?? '').join(''),
    scripts: document.scripts.length,
  }));
  assert.equal(found.owned, undefined);
  assert.equal(found.elements, 0);
  assert.equal(found.scripts, 1);
  assert.deepEqual(found.links.filter((each) => !/^(https:\/\/(?!evil)|\/knowledge)/.test(each)), []);
  assert.match(found.shown, /<img src=x onerror=/);
  assert.doesNotMatch(found.shown, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
  assert.deepEqual(page.wrong, []);
  await accessible(page, 'hostile');
});

test('what is typed or pasted stays text too', async () => {
  const page = await newPage(browser, service);
  await openChart(page, 'otto');
  await answered(page, () => page.getByLabel("Today's note").fill(`Numb between the legs ${EVIL}`));
  assert.equal(await page.locator('.card.critical').count(), 1);
  await page.getByText('Override', { exact: true }).click();
  await page.getByLabel('Comment').fill(EVIL);
  await page.getByRole('button', { name: 'Override this card' }).click();
  await page.getByText('Overridden', { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => window.owned), undefined);
  assert.equal(await page.locator('main img, main script, main svg').count(), 0);
  assert.deepEqual(page.wrong, []);
});
