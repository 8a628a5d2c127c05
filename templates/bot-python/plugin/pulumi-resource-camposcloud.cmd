@echo off
rem Starts the plugin that npm has installed.
"%~dp0..\node_modules\pulumi-camposcloud\plugin\pulumi-resource-camposcloud.cmd" %*
