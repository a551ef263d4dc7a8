// The browser that all forms use, everything else as it comes.
module.exports = () => ({
  playwrightOptions: {
    executablePath: process.env.BENCH_BROWSER,
    chromiumSandbox: process.env.BENCH_SANDBOX === '1',
    viewport: { width: 1366, height: 900 },
  },
});
