package provider

// Version is the version of the package: of the plugin, of the schema and of every SDK.
// It is a plain value, not one set by the linker, because the plugin is also built from source
// by `pulumi package add`, which knows of no linker flags.
const Version = "0.1.0"
