package io.lighter.images.manifest;

import io.lighter.images.json.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a container of an image gets unless it is told otherwise: {@code config} of the image's
 * configuration.
 *
 * @param user {@code UID[:GID]} or names; "" is root
 * @param exposedPorts {@code 80/tcp}, ...
 * @param env {@code NAME=VALUE}, in order
 * @param entrypoint empty for none
 * @param cmd the command, or what the entrypoint gets as arguments
 * @param volumes paths in the container
 * @param workingDir "" is {@code /}
 * @param labels names and values
 * @param stopSignal or null for TERM
 * @param stopTimeout seconds, or null for 10
 * @param shell of the Dockerfile's shell forms; empty is {@code /bin/sh -c}
 * @param onBuild instructions for the builds of images upon this one
 * @param healthCheck or null
 */
public record ContainerConfig(
    String user,
    Set<String> exposedPorts,
    List<String> env,
    List<String> entrypoint,
    List<String> cmd,
    Set<String> volumes,
    String workingDir,
    Map<String, String> labels,
    @Nullable String stopSignal,
    @Nullable Long stopTimeout,
    List<String> shell,
    List<String> onBuild,
    @Nullable HealthCheck healthCheck) {

  /** Nothing is said. */
  public static final ContainerConfig EMPTY = new Draft().build();

  /** Copies the collections. */
  public ContainerConfig {
    exposedPorts = Set.copyOf(exposedPorts);
    env = List.copyOf(env);
    entrypoint = List.copyOf(entrypoint);
    cmd = List.copyOf(cmd);
    volumes = Set.copyOf(volumes);
    labels = Map.copyOf(labels);
    shell = List.copyOf(shell);
    onBuild = List.copyOf(onBuild);
  }

  /** The fields while they are changed. */
  public static final class Draft {
    public String user = "";
    public Set<String> exposedPorts = Set.of();
    public List<String> env = List.of();
    public List<String> entrypoint = List.of();
    public List<String> cmd = List.of();
    public Set<String> volumes = Set.of();
    public String workingDir = "";
    public Map<String, String> labels = Map.of();
    public @Nullable String stopSignal;
    public @Nullable Long stopTimeout;
    public List<String> shell = List.of();
    public List<String> onBuild = List.of();
    public @Nullable HealthCheck healthCheck;

    private Draft() {}

    private ContainerConfig build() {
      return new ContainerConfig(
          user,
          exposedPorts,
          env,
          entrypoint,
          cmd,
          volumes,
          workingDir,
          labels,
          stopSignal,
          stopTimeout,
          shell,
          onBuild,
          healthCheck);
    }
  }

  /** The same with changes. */
  public ContainerConfig with(Consumer<Draft> change) {
    Draft draft = new Draft();
    draft.user = user;
    draft.exposedPorts = exposedPorts;
    draft.env = env;
    draft.entrypoint = entrypoint;
    draft.cmd = cmd;
    draft.volumes = volumes;
    draft.workingDir = workingDir;
    draft.labels = labels;
    draft.stopSignal = stopSignal;
    draft.stopTimeout = stopTimeout;
    draft.shell = shell;
    draft.onBuild = onBuild;
    draft.healthCheck = healthCheck;
    change.accept(draft);
    return draft.build();
  }

  /** Reads one as Docker writes it. */
  public static ContainerConfig read(Fields fields) {
    Fields check = fields.object("Healthcheck");
    return EMPTY.with(
        draft -> {
          draft.user = fields.text("User");
          draft.exposedPorts = fields.set("ExposedPorts");
          draft.env = fields.strings("Env");
          draft.entrypoint = fields.strings("Entrypoint");
          draft.cmd = fields.strings("Cmd");
          draft.volumes = fields.set("Volumes");
          draft.workingDir = fields.text("WorkingDir");
          draft.labels = fields.stringMap("Labels");
          draft.stopSignal = Descriptors.emptyToNull(fields.string("StopSignal"));
          draft.stopTimeout = fields.has("StopTimeout") ? fields.number("StopTimeout", 0) : null;
          draft.shell = fields.strings("Shell");
          draft.onBuild = fields.strings("OnBuild");
          draft.healthCheck = check == null ? null : HealthCheck.read(check);
        });
  }

  /** Returns it as Docker writes it; what is not said is left out. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    Descriptors.putIfPresent(json, "User", Descriptors.emptyToNull(user));
    putSet(json, "ExposedPorts", exposedPorts);
    putList(json, "Env", env);
    putList(json, "Entrypoint", entrypoint);
    putList(json, "Cmd", cmd);
    if (healthCheck != null) {
      json.put("Healthcheck", healthCheck.toJson());
    }
    putSet(json, "Volumes", volumes);
    Descriptors.putIfPresent(json, "WorkingDir", Descriptors.emptyToNull(workingDir));
    putList(json, "OnBuild", onBuild);
    if (!labels.isEmpty()) {
      json.put("Labels", new TreeMap<>(labels));
    }
    Descriptors.putIfPresent(json, "StopSignal", stopSignal);
    Descriptors.putIfPresent(json, "StopTimeout", stopTimeout);
    putList(json, "Shell", shell);
    return json;
  }

  private static void putList(Map<String, Object> json, String name, List<String> values) {
    if (!values.isEmpty()) {
      json.put(name, values);
    }
  }

  private static void putSet(Map<String, Object> json, String name, Set<String> values) {
    if (!values.isEmpty()) {
      json.put(
          name,
          new TreeSet<>(values)
              .stream()
                  .collect(
                      Collectors.toMap(
                          value -> value, _ -> Map.of(), (a, _) -> a, LinkedHashMap::new)));
    }
  }
}
