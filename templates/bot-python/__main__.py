import pulumi
import pulumi_camposcloud as camposcloud

config = pulumi.Config()

bot = camposcloud.App(
    "bot",
    app_name=pulumi.get_project(),
    source="./app",
    main_file="main.py",
    runtime_environment="python",
    memory_mb=config.require_int("memoryMB"),
    auto_restart_enabled=True,
    # The bot's own settings and keys; each value is encrypted:
    # environment_variables={"BOT_TOKEN": config.require_secret("botToken")},
)

pulumi.export("id", bot.id)
