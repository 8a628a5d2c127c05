/** Every form of source and every argument that leaves something in the state. */
const pulumi = require("@pulumi/pulumi");
const { CamposApp } = require("pulumi-camposcloud");

const usual = { mainFile: "index.js", runtimeEnvironment: "nodejs", memoryMB: 256 };

const web = new CamposApp(
  "web",
  {
    ...usual,
    source: "./app",
    exposedViaWeb: true,
    autoRestartEnabled: true,
    environmentVariables: { GREETING: "Hello", SESSION_SECRET: pulumi.secret("hush") },
    ignore: ["*.log"],
  },
  { customTimeouts: { create: "2m" } },
);

new CamposApp("archive", {
  ...usual,
  source: new pulumi.asset.FileArchive("./app"),
  appName: "of-an-archive",
});
new CamposApp("zip", { ...usual, source: "./app.zip", waitForOnline: false });
new CamposApp("map", {
  ...usual,
  source: {
    "index.js": new pulumi.asset.FileAsset("./app/index.js"),
    "motto.txt": new pulumi.asset.StringAsset("Nothing is ever doubled.\n"),
    lib: new pulumi.asset.FileArchive("./app/lib"),
  },
  environmentVariables: { WEB: web.url.apply((url) => url ?? "") },
});
new CamposApp("bot", { source: "./bot", running: false, startupCommand: "python -u main.py" });
new CamposApp("team", { ...usual, source: "./app", teamId: "0123456789abcdef01234567" });
new CamposApp("second-account", { ...usual, source: "./app", account: "work" });

module.exports = { id: web.id, url: web.url };
