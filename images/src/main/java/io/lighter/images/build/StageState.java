package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.Platform;
import io.lighter.images.manifest.ContainerConfig;
import io.lighter.images.manifest.History;
import io.lighter.images.manifest.ImageConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a stage has come to. Used by one thread at a time. */
final class StageState {
  static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");
  private static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final Platform platform;
  private final List<Digest> layers;
  private final List<History> history;
  private final Map<String, String> arguments;
  private ContainerConfig config;
  private String author;
  private boolean commandIsOwn;
  private @Nullable Digest parent;

  private StageState(
      Platform platform,
      List<Digest> layers,
      List<History> history,
      Map<String, String> arguments,
      ContainerConfig config,
      String author) {
    this.platform = platform;
    this.layers = new ArrayList<>(layers);
    this.history = new ArrayList<>(history);
    this.arguments = new LinkedHashMap<>(arguments);
    this.config = config;
    this.author = author;
  }

  /** Nothing: {@code FROM scratch}. */
  static StageState scratch(Platform platform) {
    ContainerConfig config =
        ContainerConfig.EMPTY.with(
            draft -> {
              draft.env = List.of(PATH);
              draft.workingDir = "/";
            });
    return new StageState(platform, List.of(), List.of(), Map.of(), config, "");
  }

  /** An image. */
  static StageState of(ImageConfig image, Digest id) {
    StageState state =
        new StageState(
            image.platform(),
            image.diffIds(),
            image.history(),
            Map.of(),
            image.config(),
            image.author());
    state.parent = id;
    return state;
  }

  /** What another stage came to, with its build arguments. */
  StageState copy() {
    StageState copy = new StageState(platform, layers, history, arguments, config, author);
    copy.parent = parent;
    return copy;
  }

  Platform platform() {
    return platform;
  }

  List<Digest> layers() {
    return List.copyOf(layers);
  }

  ContainerConfig config() {
    return config;
  }

  void change(Consumer<ContainerConfig.Draft> change) {
    config = config.with(change);
  }

  void setAuthor(String value) {
    author = value;
  }

  /** The image that the stage is built upon, null for none. */
  @Nullable Digest parent() {
    return parent;
  }

  List<String> shell() {
    return config.shell().isEmpty() ? DEFAULT_SHELL : config.shell();
  }

  /** The folder that relative paths count from. */
  String workingFolder() {
    return config.workingDir().isEmpty() ? "/" : config.workingDir();
  }

  boolean commandIsOwn() {
    return commandIsOwn;
  }

  void setCommandIsOwn() {
    commandIsOwn = true;
  }

  Map<String, String> arguments() {
    return arguments;
  }

  /** The environment by name, in order. */
  Map<String, String> environment() {
    Map<String, String> all = new LinkedHashMap<>();
    for (String setting : config.env()) {
      int equals = setting.indexOf('=');
      all.put(
          equals < 0 ? setting : setting.substring(0, equals),
          equals < 0 ? "" : setting.substring(equals + 1));
    }
    return all;
  }

  /** What variables stand for: the environment, and build arguments that it does not hide. */
  Map<String, String> variables() {
    Map<String, String> all = new LinkedHashMap<>(arguments);
    all.putAll(environment());
    return all;
  }

  /** The build arguments as the history has them before a command. */
  List<String> visibleArguments() {
    List<String> visible = new ArrayList<>();
    arguments.forEach(
        (name, value) -> {
          if (!BuildArguments.PROXIES.contains(name)) {
            visible.add(name + "=" + value);
          }
        });
    return visible;
  }

  void addLayer(Digest layer, History step) {
    layers.add(layer);
    history.add(step);
  }

  void addHistory(History step) {
    history.add(step);
  }

  String author() {
    return author;
  }

  ImageConfig image(@Nullable String created, Map<String, String> labels) {
    Map<String, String> all = new LinkedHashMap<>(config.labels());
    all.putAll(labels);
    return new ImageConfig(
        created, author, platform, config.with(draft -> draft.labels = all), layers, history);
  }
}
