/** The worker: no web, only something to do now and then. */
const { brand } = require("../shared/brand");

setInterval(() => console.log(`${brand}: asking ${process.env.API_URL}`), 60_000);
