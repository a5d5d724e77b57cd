import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newPage, startBrowser, startService } from './support.mjs';
import { fill } from './filled.mjs';

const EVIL = '<img src=x onerror="window.owned=1"><script>window.owned=1</script><svg onload=window.owned=1>"\'></bdi></table>'
  + '<a href="javascript:window.owned=1">x</a> \u202edlrow\u202c \u001b[31mred\u001b[0m';
const LAST = '2026-11-25';

let empty;
let full;
let counted;
let browser;
before(async () => {
  [empty, full, browser] = await Promise.all([startService(), startService(), startBrowser()]);
  counted = fill(full.data, LAST, EVIL);
});
after(async () => { await browser?.close(); await Promise.all([empty?.stop(), full?.stop()]); });

/** Opens the console and waits for its figures. */
async function openConsole(page, query = '') {
  await page.goto(`/console/${query}`);
  await page.locator('#figures[aria-busy="false"] section').first().waitFor();
}

const ALL = `?from=2026-09-01&to=${LAST}`;
const tile = (page, name) => page.locator('.tiles > div', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) });
const numberIn = (text) => Number(text.replace(/[^0-9]/g, ''));

test('an empty store says that nobody has called, and how the service stands', async () => {
  const page = await newPage(browser, empty);
  await openConsole(page);
  await page.getByText('No calls yet in this period.').waitFor();
  assert.ok(await page.getByRole('link', { name: 'the demo' }).isVisible());
  assert.ok(await page.getByRole('heading', { name: 'Rollout' }).isVisible());
  assert.match(await page.locator('.facts-list').last().innerText(), /is written/);
  assert.deepEqual(page.wrong, []);
});

test('a full store is counted as it was filled', async () => {
  const page = await newPage(browser, full);
  await openConsole(page, ALL);
  assert.equal(numberIn(await tile(page, 'Calls').locator('dd').first().innerText()), counted.calls);
  assert.equal(numberIn(await tile(page, 'With a card').locator('.more').innerText()), counted.fired);
  assert.equal(numberIn(await tile(page, 'Cards shown').locator('dd').first().innerText()), counted.shown);
  assert.equal(numberIn(await tile(page, 'Accepted').locator('.more').innerText()), counted.accepted);
  assert.equal(numberIn(await tile(page, 'Overridden').locator('.more').innerText()), counted.overridden);
  assert.equal(numberIn(await tile(page, 'Would have been shown').locator('dd').first().innerText()), counted.silent);
  await page.getByText('The same by week as a table').click();
  const calls = await page.locator('.scroll tbody tr td:nth-child(2)').allInnerTexts();
  assert.equal(calls.reduce((sum, each) => sum + numberIn(each), 0), counted.calls, 'the table holds what the chart does');
  assert.equal(await page.locator('.tiles .bars').first().locator('rect').count(), calls.length);
  assert.match(await page.locator('#undocumented').locator('..').innerText(), /never documented/);
  assert.deepEqual(page.wrong, []);
});

test('the period and the client stand in the address, and the way back leads to them', async () => {
  const page = await newPage(browser, full);
  await openConsole(page);
  assert.equal(await page.getByLabel('To', { exact: true }).inputValue(), LAST);
  assert.equal(await page.getByLabel('From', { exact: true }).inputValue(), '2026-10-29');
  await page.getByLabel('From', { exact: true }).fill('2026-09-01');
  await page.getByLabel('Client', { exact: true }).selectOption({ label: 'city-hospital' });
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText(`${counted.byClient['city-hospital'].toLocaleString('en-GB')} calls from 2026-09-01`).waitFor();
  assert.equal(new URL(page.url()).search, `?from=2026-09-01&to=${LAST}&client=city-hospital`);
  const again = await newPage(browser, full);
  await again.goto(page.url());
  await again.getByText(`${counted.byClient['city-hospital'].toLocaleString('en-GB')} calls from 2026-09-01`).waitFor();
  assert.equal(await again.getByLabel('Client', { exact: true }).inputValue(), 'city-hospital');
  await page.goBack();
  await page.getByText('calls from 2026-10-29').waitFor();
  await page.getByRole('button', { name: '7 days' }).click();
  await page.getByText(`calls from 2026-11-19 to ${LAST}`).waitFor();
  assert.deepEqual([...page.wrong, ...again.wrong], []);
});

test('a period that is none is told in words', async () => {
  const page = await newPage(browser, full);
  await page.goto('/console/?from=2026-11-20&to=2026-11-01');
  await page.getByText('the period ends before it begins').waitFor();
  assert.deepEqual(page.wrong.filter((each) => !/400/.test(each)), []);
});

test('what an EHR wrote stays text, and comments are not there at all', async () => {
  const page = await newPage(browser, full);
  await openConsole(page, ALL);
  await page.evaluate(() => document.querySelectorAll('details').forEach((each) => { each.open = true; }));
  const found = await page.evaluate(() => ({
    owned: window.owned,
    elements: document.querySelectorAll('main img, main script, main iframe, main [onerror], main [onload], main [style]').length,
    links: [...document.querySelectorAll('main a')].map((each) => each.getAttribute('href')),
    shown: document.querySelector('main').textContent
      + [...document.querySelectorAll('main *')].map((each) => each.getAttribute('aria-label') ?? '').join(''),
    scripts: document.scripts.length,
  }));
  assert.equal(found.owned, undefined);
  assert.equal(found.elements, 0);
  assert.equal(found.scripts, 1);
  assert.deepEqual(found.links.filter((each) => !/^\/(knowledge|demo)/.test(each)), []);
  assert.match(found.shown, /site reason <img src=x onerror=/);
  assert.match(found.shown, /shire <img src=x onerror=/);
  assert.doesNotMatch(found.shown, /comment of a clinician|patient-hash|user-hash/);
  assert.doesNotMatch(found.shown, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
  assert.doesNotMatch(await (await page.request.get(`/console/report.json${ALL}`)).text(), /comment of a clinician|patient-hash|user-hash/);
  assert.deepEqual(page.wrong, []);
});

test('all of the page is small', async () => {
  const page = await newPage(browser, full);
  const sizes = [];
  page.on('response', async (response) => sizes.push(response.body().then((body) => body.length, () => 0)));
  await openConsole(page, ALL);
  await page.waitForLoadState('networkidle');
  const bytes = (await Promise.all(sizes)).reduce((sum, each) => sum + each, 0);
  assert.ok(bytes < 150 * 1024, `${bytes} bytes`);
});
