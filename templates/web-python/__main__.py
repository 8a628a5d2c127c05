import pulumi
import pulumi_camposcloud as camposcloud

config = pulumi.Config()

web = camposcloud.App(
    "web",
    app_name=pulumi.get_project(),
    source="./app",
    main_file="main.py",
    runtime_environment="python",
    memory_mb=config.require_int("memoryMB"),
    exposed_via_web=True,
    auto_restart_enabled=True,
)

pulumi.export("url", web.url)
