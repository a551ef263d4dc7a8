// One worker, the browser that all forms use, everything else as it comes.
module.exports = {
  workers: 1,
  reporter: 'line',
  use: {
    viewport: { width: 1366, height: 900 },
    launchOptions: {
      executablePath: process.env.BENCH_BROWSER,
      chromiumSandbox: process.env.BENCH_SANDBOX === '1',
    },
  },
};
