package io.lighter.cli.build;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.FlagSection;
import java.util.List;
import org.apache.commons.cli.Options;
import org.jspecify.annotations.Nullable;

/** The flags of {@code lighter build}: names, shorthands and kinds are Docker's. */
final class BuildFlags {
  private BuildFlags() {}

  static List<FlagSection> sections() {
    return List.of(what(), result(), cache(), commands(), shown());
  }

  static Options options() {
    return FlagSection.options(sections());
  }

  private static FlagSection what() {
    return new FlagSection(
        "What is built",
        List.of(
            valued("f", "file", "path", "The Dockerfile (default PATH/Dockerfile); - for stdin"),
            valued("", "target", "stage", "Build this stage instead of the last"),
            valued("", "build-arg", "list", "Set a build argument; a bare name takes our variable"),
            valued(
                "",
                "build-context",
                "name=where",
                "Further files: a folder, URL, docker-image://NAME or oci-layout://FOLDER"),
            valued("", "platform", "list", "Platforms of base images and of the result"),
            valued("", "label", "list", "Add a label to the image"),
            onOff("", "pull", "Look for base images in their registries again"),
            onOff("", "check", "Look at the Dockerfile, and build nothing")));
  }

  private static FlagSection result() {
    return new FlagSection(
        "Where it goes",
        List.of(
            valued("t", "tag", "list", "Name of the image in the store"),
            valued(
                "o",
                "output",
                "output",
                "type=image|registry|local|tar|oci|docker,dest=..., or a folder"),
            valued("", "annotation", "[where:]k=v", "Note on the manifest, or index: and others"),
            valued("", "provenance", "how", "Attest the build: true, false, mode=min or mode=max"),
            valued("", "attest", "attestation", "The same: type=provenance,mode=..."),
            valued("", "sbom", "false", "No list of packages, which is what there is"),
            onOff("", "push", "Send the image to the registries of its names"),
            onOff("", "load", "Into the store, which is the default"),
            valued("", "iidfile", "file", "Write the id of the image to a file"),
            valued("", "metadata-file", "file", "Write what is known of the result to a file")));
  }

  private static FlagSection cache() {
    return new FlagSection(
        "Cache",
        List.of(
            onOff("", "no-cache", "Run every instruction"),
            valued("", "no-cache-filter", "list", "Run every instruction of these stages"),
            valued(
                "", "cache-from", "cache", "Use type=registry|local,..., or the cache in an image"),
            valued("", "cache-to", "cache", "Keep the cache: type=inline|registry|local,..."),
            onOff("", "rm", "Remove containers of commands (always so)"),
            onOff("", "force-rm", "The same, also after a failure (always so)")));
  }

  private static FlagSection commands() {
    return new FlagSection(
        "Commands",
        List.of(
            valued("", "network", "network", "Network of commands: host (default) or none"),
            valued("", "add-host", "host:ip", "Add a line to /etc/hosts of commands"),
            valued("", "secret", "secret", "Secret for commands: id=...,src=... or env=..."),
            valued("", "ssh", "id[=socket]", "Agent for commands (default=$SSH_AUTH_SOCK)"),
            valued("", "shm-size", "bytes", "Size of /dev/shm (default 64m)"),
            valued("", "ulimit", "ulimit", "Resource limit: name=soft[:hard]"),
            valued(
                "",
                "allow",
                "list",
                "Allow security.insecure, network.host, device or device=NAME[,alias=NAME]")));
  }

  private static FlagSection shown() {
    return new FlagSection(
        "What is shown",
        List.of(
            valued("", "progress", "kind", "auto, plain, tty, quiet or rawjson"),
            onOff("q", "quiet", "Print the id of the image and nothing else"),
            onOff("", "help", "Print this help")));
  }

  /** Docker's other flags, which are refused by name. */
  static @Nullable String refusal(String name) {
    return switch (name) {
      case "builder" -> "--builder is not supported: there is one builder";
      case "call" -> "--call is not supported; --check looks at the Dockerfile";
      case "squash" -> "--squash is not supported; copy the result into FROM scratch";
      case "compress" -> "--compress is not supported: the context goes nowhere";
      case "cgroup-parent",
          "cpu-period",
          "cpu-quota",
          "cpu-shares",
          "cpuset-cpus",
          "cpuset-mems",
          "memory",
          "m",
          "memory-swap",
          "isolation",
          "security-opt" ->
          "--" + name + " is not supported for the commands of a build";
      default -> null;
    };
  }

  static String help() {
    StringBuilder text =
        new StringBuilder(
            """
            Usage:  lighter build [OPTIONS] PATH|URL
                    lighter build [OPTIONS] -

            Build an image of a Dockerfile and the files of PATH; - is an archive, or a Dockerfile;
            URL is a repository of git (https://HOST/REPO.git#REF:FOLDER), or either by http(s)
            """);
    for (FlagSection section : sections()) {
      section.appendHelp(text);
    }
    return text.toString();
  }
}
