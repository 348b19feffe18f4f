package io.lighter.images.dockerfile;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One instruction of a Dockerfile. Texts are as written, with their variables. */
public sealed interface Instruction {
  /** Returns where it came from. */
  Origin origin();

  /** Returns its name in capital letters. */
  default String name() {
    return origin().keyword().toUpperCase(Locale.ROOT);
  }

  /**
   * FROM: a stage begins.
   *
   * @param image an image, the name of an earlier stage, or {@code scratch}
   * @param platform {@code --platform}
   * @param stageName the name after AS, as written
   * @param asKeyword the word AS, as written
   */
  record From(
      Origin origin,
      String image,
      @Nullable String platform,
      @Nullable String stageName,
      @Nullable String asKeyword)
      implements Instruction {}

  /** ARG: build arguments, with their defaults. */
  record Arg(Origin origin, List<Variable> variables) implements Instruction {}

  /** ENV: environment of later instructions and of the container. */
  record Env(Origin origin, List<KeyValue> pairs) implements Instruction {}

  /** LABEL: metadata. */
  record Label(Origin origin, List<KeyValue> pairs) implements Instruction {}

  /** MAINTAINER: the author. */
  record Maintainer(Origin origin, String author) implements Instruction {}

  /**
   * RUN.
   *
   * @param documents the here-documents of its command
   * @param mounts {@code --mount}
   * @param network {@code --network}
   * @param insecure {@code --security=insecure}
   * @param devices {@code --device}
   */
  record Run(
      Origin origin,
      CommandLine command,
      List<HereDocument> documents,
      List<MountSpec> mounts,
      RunNetwork network,
      boolean insecure,
      List<DeviceRequest> devices)
      implements Instruction {}

  /** CMD: the default command, or the arguments of the entry point. */
  record Cmd(Origin origin, CommandLine command) implements Instruction {}

  /** ENTRYPOINT: the program of the container. */
  record Entrypoint(Origin origin, CommandLine command) implements Instruction {}

  /**
   * COPY.
   *
   * @param from a stage, an image or a named context; null for the context
   * @param parents the folders above a source are kept
   */
  record Copy(
      Origin origin, Sources sources, FileFlags flags, @Nullable String from, boolean parents)
      implements Instruction {}

  /**
   * ADD.
   *
   * @param checksum of what is fetched, such as {@code sha256:...}
   * @param keepGitDir a repository keeps its {@code .git}
   * @param unpack archives are unpacked; null for local ones only
   */
  record Add(
      Origin origin,
      Sources sources,
      FileFlags flags,
      @Nullable String checksum,
      boolean keepGitDir,
      @Nullable Boolean unpack)
      implements Instruction {}

  /** EXPOSE: ports that a container listens on. */
  record Expose(Origin origin, List<String> ports) implements Instruction {}

  /** VOLUME: folders whose content is not the image's. */
  record Volume(Origin origin, List<String> paths) implements Instruction {}

  /** USER: who runs later commands. */
  record User(Origin origin, String user) implements Instruction {}

  /** WORKDIR: where later commands run. */
  record Workdir(Origin origin, String path) implements Instruction {}

  /** STOPSIGNAL: what ends a container. */
  record StopSignal(Origin origin, String signal) implements Instruction {}

  /** SHELL: what runs commands in shell form. */
  record Shell(Origin origin, List<String> words) implements Instruction {}

  /**
   * HEALTHCHECK.
   *
   * @param test null for NONE
   * @param interval null for the default, as are the others
   */
  record HealthCheck(
      Origin origin,
      @Nullable CommandLine test,
      @Nullable Duration interval,
      @Nullable Duration timeout,
      @Nullable Duration startPeriod,
      @Nullable Duration startInterval,
      @Nullable Integer retries)
      implements Instruction {}

  /**
   * ONBUILD.
   *
   * @param text the trigger as it is kept in the image; here-documents included
   * @param trigger the same, read
   */
  record OnBuild(Origin origin, String text, Instruction trigger) implements Instruction {}
}
