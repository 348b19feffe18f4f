package io.lighter.cli.build;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.Environment;
import io.lighter.cli.options.Ulimit;
import io.lighter.images.ImageException;
import io.lighter.images.Platform;
import io.lighter.images.build.Annotation;
import io.lighter.images.build.BuildContext;
import io.lighter.images.build.BuildNetwork;
import io.lighter.images.build.BuildRequest;
import io.lighter.images.build.SecretSource;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.Registries;
import io.lighter.runtime.spec.Rlimit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns flags into a request. */
final class BuildOptions {
  private static final String EPOCH = "SOURCE_DATE_EPOCH";

  private final Flags flags;
  private final Path folder;
  private final Environment environment;

  BuildOptions(Flags flags, Path folder, Environment environment) {
    this.flags = flags;
    this.folder = folder;
    this.environment = environment;
  }

  /**
   * Returns what is to be built.
   *
   * @param registries opened when a cache is there
   */
  BuildRequest request(BuildInput input, Supplier<Registries> registries) {
    if (!flags.isOn("rm", true)) {
      throw new UsageException(
          "--rm=false is not supported: containers of commands are always removed");
    }
    AllowFlags allowed = AllowFlags.of(flags);
    return BuildRequest.of(input.context(), input.dockerfile())
        .with(
            request -> {
              request.target = flags.last("target");
              request.args = arguments();
              request.labels = labels();
              request.platform = platforms().getFirst();
              request.provenance = AttestFlags.provenance(flags);
              request.noCache = flags.isOn("no-cache", false);
              request.noCacheStages = Set.copyOf(commaSeparated("no-cache-filter"));
              request.pull = flags.isOn("pull", false);
              request.secrets = secrets();
              request.sshSockets = agents();
              request.contexts = contexts();
              request.network = network();
              request.hosts = hosts();
              request.shmBytes = flags.bytes("shm-size", 0);
              request.rlimits = limits();
              request.allowInsecure = allowed.insecure();
              request.devices = allowed.devices();
              request.cacheFrom = new CacheFlags(flags, folder).sources(registries);
              request.cacheTo = new CacheFlags(flags, folder).targets(registries);
            });
  }

  /** Returns the names that the image gets. */
  List<Reference> tags() {
    List<Reference> tags = new ArrayList<>();
    for (String text : flags.all("tag")) {
      tags.add(reference("tag", text));
    }
    return tags;
  }

  Reference reference(String flag, String text) {
    try {
      Reference name = Reference.parse(text);
      if (name.digest() != null) {
        throw flags.invalid(flag, text, "a name with a digest is given by what is in the image");
      }
      return name;
    } catch (ImageException e) {
      throw flags.invalid(flag, text, String.valueOf(e.getMessage()));
    }
  }

  /** Returns where the result goes; the store when nothing was said. */
  List<OutputFlag> outputs() {
    List<OutputFlag> outputs = new ArrayList<>();
    for (String text : flags.all("output")) {
      try {
        outputs.add(OutputFlag.parse(text));
      } catch (InvalidValueException e) {
        throw flags.invalid("output", text, e);
      }
    }
    if (outputs.isEmpty() || flags.isOn("load", false)) {
      outputs.add(OutputFlag.STORE);
    }
    return outputs.stream()
        .map(output -> flags.isOn("push", false) ? pushed(output) : output)
        .map(this::annotated)
        .toList();
  }

  private OutputFlag annotated(OutputFlag output) {
    List<Annotation> annotations = new ArrayList<>();
    for (String text : flags.all("annotation")) {
      try {
        annotations.addAll(AnnotationFlag.parse(text));
        if (output.isFiles()) {
          throw new InvalidValueException(
              "type=" + output.type() + " has no documents to annotate");
        }
        output.annotated(annotations);
      } catch (InvalidValueException | ImageException e) {
        throw flags.invalid("annotation", text, String.valueOf(e.getMessage()));
      }
    }
    return output.annotated(annotations);
  }

  private OutputFlag pushed(OutputFlag output) {
    if (!output.type().equals("image")) {
      throw new UsageException(
          "--push sends an image, and type=" + output.type() + " goes elsewhere; build twice");
    }
    return output.pushed();
  }

  private List<String> commaSeparated(String flag) {
    List<String> values = new ArrayList<>();
    for (String text : flags.all(flag)) {
      values.addAll(List.of(text.split(",", -1)));
    }
    return values;
  }

  private Map<String, @Nullable String> arguments() {
    Map<String, @Nullable String> arguments = new LinkedHashMap<>();
    String epoch = environment.get(EPOCH);
    if (epoch != null) {
      arguments.put(EPOCH, epoch);
    }
    for (String text : flags.all("build-arg")) {
      int equals = text.indexOf('=');
      String name = equals < 0 ? text : text.substring(0, equals);
      if (name.isEmpty()) {
        throw flags.invalid("build-arg", text, "it has no name");
      }
      String value = equals < 0 ? environment.get(name) : text.substring(equals + 1);
      if (value != null) {
        arguments.put(name, value);
      }
    }
    if (new CacheFlags(flags, folder).isInline()) {
      arguments.put("BUILDKIT_INLINE_CACHE", "1");
    }
    return arguments;
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String text : flags.all("label")) {
      int equals = text.indexOf('=');
      labels.put(
          equals < 0 ? text : text.substring(0, equals),
          equals < 0 ? "" : text.substring(equals + 1));
    }
    return labels;
  }

  /** Returns what is built for; this machine when nothing was said. */
  List<Platform> platforms() {
    Set<Platform> platforms = new LinkedHashSet<>();
    for (String text : commaSeparated("platform")) {
      try {
        platforms.add(text.equals("local") ? Platform.local() : Platform.parse(text));
      } catch (ImageException e) {
        throw flags.invalid("platform", text, String.valueOf(e.getMessage()));
      }
    }
    return platforms.isEmpty() ? List.of(Platform.local()) : List.copyOf(platforms);
  }

  private Map<String, SecretSource> secrets() {
    Map<String, SecretSource> secrets = new LinkedHashMap<>();
    for (String text : flags.all("secret")) {
      try {
        SecretFlag secret = SecretFlag.parse(text, folder, environment);
        secrets.put(secret.id(), secret.source());
      } catch (InvalidValueException e) {
        throw flags.invalid("secret", text, e);
      }
    }
    return secrets;
  }

  private Map<String, Path> agents() {
    Map<String, Path> agents = new LinkedHashMap<>();
    for (String text : flags.all("ssh")) {
      int equals = text.indexOf('=');
      String id = equals < 0 ? text : text.substring(0, equals);
      String socket = equals < 0 ? environment.get("SSH_AUTH_SOCK") : text.substring(equals + 1);
      if (socket == null) {
        throw flags.invalid("ssh", text, "SSH_AUTH_SOCK is not set: no agent runs");
      }
      Path path = folder.resolve(socket);
      if (!Files.exists(path) || Files.isRegularFile(path)) {
        throw flags.invalid(
            "ssh", text, path + " is no socket of an agent; give keys to an agent by ssh-add");
      }
      agents.put(id, path);
    }
    return agents;
  }

  private Map<String, BuildContext> contexts() {
    Map<String, BuildContext> contexts = new LinkedHashMap<>();
    for (String text : flags.all("build-context")) {
      int equals = text.indexOf('=');
      if (equals <= 0) {
        throw flags.invalid(
            "build-context",
            text,
            "it is NAME=FOLDER, NAME=URL, NAME=docker-image://IMAGE or NAME=oci-layout://FOLDER");
      }
      try {
        contexts.put(
            text.substring(0, equals), ContextFlag.parse(text.substring(equals + 1), folder));
      } catch (InvalidValueException e) {
        throw flags.invalid("build-context", text, e);
      }
    }
    return contexts;
  }

  private BuildNetwork network() {
    String text = flags.last("network");
    return switch (text == null ? "default" : text) {
      case "default", "host" -> BuildNetwork.HOST;
      case "none" -> BuildNetwork.NONE;
      default -> throw flags.invalid("network", String.valueOf(text), "it is host or none");
    };
  }

  private Map<String, String> hosts() {
    Map<String, String> hosts = new LinkedHashMap<>();
    for (String text : flags.all("add-host")) {
      int separator = text.indexOf('=') < 0 ? text.indexOf(':') : text.indexOf('=');
      String address = separator < 0 ? "" : text.substring(separator + 1);
      if (separator <= 0 || !address.matches("\\[?[0-9a-fA-F:.]+\\]?")) {
        throw flags.invalid("add-host", text, "it is HOST:IP");
      }
      hosts.put(text.substring(0, separator), address.replaceAll("[\\[\\]]", ""));
    }
    return hosts;
  }

  private List<Rlimit> limits() {
    List<Rlimit> limits = new ArrayList<>();
    for (String text : flags.all("ulimit")) {
      try {
        limits.add(Ulimit.parse(text));
      } catch (InvalidValueException e) {
        throw flags.invalid("ulimit", text, e);
      }
    }
    return limits;
  }

  /** Refuses to push what has no name. */
  void checkNames(List<OutputFlag> outputs) {
    boolean named = !flags.all("tag").isEmpty();
    if (!named && outputs.stream().anyMatch(o -> o.push() && o.names().isEmpty())) {
      throw new UsageException("an image is pushed by its name; give it one by --tag");
    }
  }

  /** Refuses what contradicts itself. */
  void check(List<OutputFlag> outputs) {
    long standard = outputs.stream().filter(OutputFlag::goesToStandardOutput).count();
    boolean index = platforms().size() > 1 || AttestFlags.provenance(flags) != null;
    for (OutputFlag output : outputs) {
      boolean stored = output.type().equals("image") && !output.push();
      if (index && (stored || output.type().equals("tar") || output.type().equals("docker"))) {
        throw new UsageException(
            "several platforms and attestations make an index, which type="
                + output.type()
                + " has not; use -o type=registry or -o type=oci,dest=FILE");
      }
    }
    if (standard > 1) {
      throw new UsageException("one output only can go to standard output");
    }
  }
}
