@echo off
rem Starts the CamposCloud plugin for Pulumi with the Node.js of the PATH.
where node >nul 2>nul
if errorlevel 1 (
  echo The CamposCloud plugin needs Node.js 20 or newer, and there is no node on the PATH. Install it from https://nodejs.org, then run again.
  exit /b 1
)
node "%~dp0start.js" %*
