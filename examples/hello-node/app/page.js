/** The page of the app. */
exports.page = (greeting) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Hello</title>
<style>
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 18px/1.5 system-ui, sans-serif;
         color: #fff; background: linear-gradient(135deg, #14532d, #0e7490); }
  main { padding: 2rem; text-align: center; }
  h1 { margin: 0 0 .5rem; font-size: clamp(2rem, 6vw, 4rem); }
  p { margin: 0; opacity: .8; }
</style>
<main>
  <h1>${escapeHtml(greeting)}</h1>
  <p>Deployed by Pulumi, served by Express on Node.js ${process.versions.node}</p>
</main>
</html>
`;

function escapeHtml(text) {
  return text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
