// A web app, declared in Go.
package main

import (
	"example.com/pulumi-camposcloud/sdk/go/camposcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		web, err := camposcloud.NewApp(ctx, "web", &camposcloud.AppArgs{
			Source:               pulumi.String("../app"),
			MainFile:             pulumi.String("index.js"),
			RuntimeEnvironment:   pulumi.String("nodejs"),
			MemoryMB:             pulumi.Int(256),
			ExposedViaWeb:        pulumi.Bool(true),
			EnvironmentVariables: pulumi.StringMap{"GREETING": pulumi.String("Hello from Go")},
		})
		if err != nil {
			return err
		}
		ctx.Export("url", web.Url)
		return nil
	})
}
