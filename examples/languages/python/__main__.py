"""A web app, declared in Python."""

import pulumi
import pulumi_camposcloud as camposcloud

web = camposcloud.App(
    "web",
    source="../app",
    main_file="index.js",
    runtime_environment="nodejs",
    memory_mb=256,
    exposed_via_web=True,
    environment_variables={"GREETING": "Hello from Python"},
)

pulumi.export("url", web.url)
