import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { after, before, test } from 'node:test';
import { accessible, newPage, openChart, startBrowser, startService } from './support.mjs';

let service;
let browser;
before(async () => { [service, browser] = await Promise.all([startService(), startBrowser()]); });
after(async () => { await browser?.close(); await service?.stop(); });

const PAGES = ['/knowledge', '/knowledge/phrases', '/knowledge/source-attributes'];
const CHARTS = ['ada', 'nora', 'otto', 'paula'];

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing to complain of, ${colorScheme}`, async () => {
    const page = await newPage(browser, service, { colorScheme });
    for (const path of PAGES) {
      await page.goto(path);
      await accessible(page, path);
    }
    for (const id of CHARTS) {
      await page.goto('about:blank');
      await openChart(page, id);
      await accessible(page, id);
    }
    assert.deepEqual(page.wrong, []);
  });
}

for (const width of [320, 768, 1024, 1600]) {
  test(`nothing is wider than ${width} px`, async () => {
    const page = await newPage(browser, service, { viewport: { width, height: 800 } });
    const wide = () => page.evaluate(() => {
      document.querySelectorAll('details').forEach((each) => { each.open = true; });
      return document.documentElement.scrollWidth;
    });
    for (const path of PAGES) {
      await page.goto(path);
      assert.ok((await wide()) <= width, path);
    }
    for (const id of CHARTS) {
      await page.goto('about:blank');
      await openChart(page, id);
      assert.ok((await wide()) <= width, id);
    }
  });
}

test('each page is of less than 150 KB, compressed, with all that it asks for', async (t) => {
  for (const path of [...PAGES, '/demo/', '/screen/?demo=ada', '/console/']) {
    const page = await newPage(browser, service);
    const weights = [];
    page.on('response', (response) => weights.push(response.body().then((body) => gzipSync(body).length)));
    await page.goto(path, { waitUntil: 'networkidle' });
    const sum = (await Promise.all(weights)).reduce((a, b) => a + b, 0);
    t.diagnostic(`${path}: ${(sum / 1024).toFixed(1)} KB`);
    assert.ok(sum < 150 * 1024, `${path} is ${sum} bytes`);
    await page.context().close();
  }
});

/** Presses Tab until what has the focus is `wanted`, checking that each stop can be seen. A region that the page
    itself gives the focus to, when its content has come, is no stop. */
async function tabTo(page, wanted) {
  for (let stops = 0; stops < 150; ++stops) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate((selector) => {
      const element = document.activeElement;
      const box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      return { found: element.matches(selector), name: element.outerHTML.slice(0, 120),
        visible: element.tabIndex < 0 || (box.width > 0 && box.height > 0 && style.outlineStyle !== 'none' &&
          style.visibility === 'visible') };
    }, wanted);
    assert.ok(seen.visible, `the focus cannot be seen on ${seen.name}`);
    if (seen.found) return;
  }
  assert.fail(`${wanted} cannot be reached with Tab`);
}

test('the keyboard alone opens a chart, writes, accepts and overrides', async () => {
  const page = await newPage(browser, service);
  await openChart(page, 'wanda');
  await tabTo(page, '.skip');
  await tabTo(page, '[data-chart="otto"]');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 2, name: 'Otto Brandt' }).waitFor();
  await tabTo(page, '#note');
  await page.keyboard.type('Numb between the legs since this morning.');
  await page.locator('.card.critical').waitFor();
  await tabTo(page, '.suggestion');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /added as a draft/ }).waitFor();
  await tabTo(page, '.override summary');
  await page.keyboard.press('Enter');
  await tabTo(page, '.override select');
  await page.keyboard.press('ArrowDown');
  await tabTo(page, '.override button');
  await page.keyboard.press('Enter');
  await page.locator('.card.done', { hasText: 'What the card asks for is done' }).waitFor();
  assert.deepEqual(page.wrong, []);
});

test('the knowledge pages need no script; with it they can be searched', async () => {
  const bare = await newPage(browser, service, { javaScriptEnabled: false });
  await bare.goto('/knowledge');
  assert.equal(await bare.getByLabel('Search this page').isVisible(), false);
  assert.ok(await bare.locator('#finding-fever').isVisible());

  const page = await newPage(browser, service);
  await page.goto('/knowledge');
  await page.getByLabel('Search this page').fill('8310-5');
  assert.ok(await page.locator('#finding-fever').isVisible());
  assert.equal(await page.locator('#pathway-herpes-zoster').isVisible(), false);
  assert.match(await page.locator('#matches').innerText(), /^\d+ of \d+ entries/);
  await page.evaluate(() => { location.hash = 'pathway-herpes-zoster'; });
  await page.locator('#pathway-herpes-zoster').waitFor({ state: 'visible' });
  assert.deepEqual(page.wrong, []);
});
