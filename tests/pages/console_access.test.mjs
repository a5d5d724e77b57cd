import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, newPage, startBrowser, startService } from './support.mjs';
import { fill } from './filled.mjs';

const LAST = '2026-11-25';

let empty;
let full;
let browser;
before(async () => {
  [empty, full, browser] = await Promise.all([startService(), startService(), startBrowser()]);
  fill(full.data, LAST, '');
});
after(async () => { await browser?.close(); await Promise.all([empty?.stop(), full?.stop()]); });

/** Opens the console and waits for its figures. */
async function openConsole(page, query = '') {
  await page.goto(`/console/${query}`);
  await page.locator('#figures[aria-busy="false"] section').first().waitFor();
}

const ALL = `?from=2026-09-01&to=${LAST}`;

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing to complain of in the console, ${colorScheme}`, async () => {
    for (const [service, query] of [[full, ALL], [empty, '']]) {
      const page = await newPage(browser, service, { colorScheme });
      await openConsole(page, query);
      await accessible(page, `console ${query}`);
      assert.deepEqual(page.wrong, []);
    }
    const narrow = await newPage(browser, full, { colorScheme, viewport: { width: 320, height: 800 } });
    await openConsole(narrow, ALL);
    await accessible(narrow, 'narrow console');
  });
}

for (const width of [320, 768, 1024, 1600]) {
  test(`the console is not wider than ${width} px`, async () => {
    const page = await newPage(browser, full, { viewport: { width, height: 800 } });
    await openConsole(page, ALL);
    const wide = await page.evaluate(() => {
      document.querySelectorAll('details').forEach((each) => { each.open = true; });
      return document.documentElement.scrollWidth;
    });
    assert.ok(wide <= width, `${wide}`);
  });
}

test('the keyboard alone asks for another period and reads every table', async () => {
  const page = await newPage(browser, full);
  await openConsole(page, ALL);
  const stops = [];
  for (let stop = 0; stop < 120; ++stop) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const element = document.activeElement;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return { name: element === document.body ? 'body' : element.textContent || element.id, date: element.type === 'date',
        visible: element === document.body || (box.width > 0 && style.outlineStyle !== 'none') };
    });
    assert.ok(seen.visible || seen.date, `the focus cannot be seen on ${seen.name}`);
    stops.push(seen.name);
    if (seen.name === '7 days') break;
  }
  assert.equal(stops.at(-1), '7 days');
  await page.keyboard.press('Enter');
  await page.getByText(`calls from 2026-11-19 to ${LAST}`).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  for (let stop = 0; stop < 40; ++stop) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement.textContent.startsWith('The same by day'))) break;
  }
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'region', 'a wide table can be moved');
  assert.deepEqual(page.wrong, []);
});
