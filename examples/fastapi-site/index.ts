/** A FastAPI site, which is deployed successfully once its health check responds. */
import { CamposApp } from "pulumi-camposcloud";

const site = new CamposApp("fastapi-site", {
  source: "./app",
  mainFile: "main.py",
  runtimeEnvironment: "python",
  // uvicorn imports the app from main.py and listens on the port that the platform assigns.
  startupCommand: "uvicorn main:app --host 0.0.0.0 --port $PORT",
  memoryMB: 512,
  exposedViaWeb: true,
  healthCheck: { path: "/health" },
});

export const url = site.url;
