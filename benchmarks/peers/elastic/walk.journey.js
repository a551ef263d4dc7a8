// The journey in Elastic's own form; BENCH_TIMES of them in one start share its browser.
const { journey, step, expect } = require('@elastic/synthetics');

const { BENCH_SITE: site, BENCH_EMAIL: email, BENCH_PASSWORD: password, BENCH_API_TOKEN: token } = process.env;
const { BENCH_PROJECT: project, BENCH_ADMIN_PAGE: adminPage, BENCH_TIMES: times = '1' } = process.env;

for (let number = 1; number <= Number(times); number++) {
  journey(`walk ${number}`, ({ page, request }) => {
    step('Sign in', async () => {
      await page.goto(`${site}/jira/your-work`);
      await page.getByTestId('username').fill(email);
      await page.locator('#login-submit').click();
      await page.getByTestId('password').fill(password);
      await page.locator('#login-submit').click();
      await expect(page.getByRole('navigation', { name: 'Primary' })).toBeVisible();
    });

    step('Open the admin page', async () => {
      await page.goto(`${site}${adminPage}`);
      const app = page.frameLocator('iframe[data-testid="hosted-resources-iframe"]');
      await expect(app.getByTestId('ihub-ready')).toBeVisible();
    });

    step('Open each section', async () => {
      const app = page.frameLocator('iframe[data-testid="hosted-resources-iframe"]');
      for (const name of ['Configuration', 'Triggers', 'Execution Log']) {
        await app.getByRole('tab', { name, exact: true }).click();
        const panel = app.getByRole('tabpanel', { name, exact: true });
        await expect(panel.getByRole('heading').first()).toBeVisible();
      }
    });

    step("See the first issue in the project's list", async () => {
      await page.goto(`${site}/jira/software/projects/${project}/issues`);
      await expect(page.getByRole('link', { name: `${project}-1`, exact: true }).first()).toBeVisible();
    });

    step('Find it over REST', async () => {
      const basic = Buffer.from(`${email}:${token}`).toString('base64');
      const answer = await request.get(`${site}/rest/api/3/issue/${project}-1`, {
        headers: { Authorization: `Basic ${basic}` },
      });
      expect((await answer.json()).key).toBe(`${project}-1`);
    });
  });
}
