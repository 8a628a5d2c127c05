/** What a program in Go needs to compile with the generated SDK of the native plugin. */
import { CLI_VERSION } from "../../scripts/cli/versions";

/** What a program needs beside the generated SDK. */
export const goSdk = `github.com/pulumi/pulumi/sdk/v3@v${CLI_VERSION}`;

/** Without symbols for a debugger, linking takes half the time. */
export const goEnvironment = { GOFLAGS: "-mod=mod -ldflags=-w", GOWORK: "off" };

/** `go.mod` with the versions of the CLI's own build, whose compiled packages are used again. `sdk` is the SDK's folder. */
export function goModule(name: string, sdk: string): string {
  return `module ${name}

go 1.25.11

replace example.com/pulumi-camposcloud/sdk/go => ${sdk}

require (
	example.com/pulumi-camposcloud/sdk/go v0.0.0
	github.com/pulumi/pulumi/pkg/v3 v${CLI_VERSION}
	github.com/pulumi/pulumi/sdk/v3 v${CLI_VERSION}
)
`;
}
