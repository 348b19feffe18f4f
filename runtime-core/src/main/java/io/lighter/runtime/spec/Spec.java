package io.lighter.runtime.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one container: the top of {@code config.json} (runtime-spec 1.3.0,
 * config.md).
 *
 * @param ociVersion the SemVer 2.0.0 version of the specification that the configuration follows
 * @param process what to run; a container without it can be created but not started
 * @param root the root file system; required on Linux, absent only while a configuration is built
 * @param hostname host name, at most 64 bytes; needs a UTS namespace
 * @param domainname NIS domain name, at most 64 bytes; needs a UTS namespace
 * @param mounts mounts in the order in which they are made
 * @param hooks programs to run at points of the life cycle
 * @param annotations arbitrary metadata
 * @param linux the Linux part
 */
public record Spec(
    String ociVersion,
    @Nullable Process process,
    @Nullable Root root,
    @Nullable String hostname,
    @Nullable String domainname,
    List<Mount> mounts,
    Hooks hooks,
    Map<String, String> annotations,
    @Nullable LinuxConfig linux) {

  /** The version of the specification that these records model and that built specs carry. */
  public static final String VERSION = "1.3.0";

  public Spec {
    mounts = List.copyOf(mounts);
    annotations = Copies.map(annotations);
  }

  /** A specification of the current version with nothing in it yet, for {@link #with}. */
  public static Spec empty() {
    return new Spec(
        VERSION, null, null, null, null, List.of(), Hooks.NONE, Map.of(), LinuxConfig.EMPTY);
  }

  /** A copy with some fields set: {@code spec.with(s -> s.hostname = "db")}. */
  public Spec with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new Spec(
        draft.ociVersion,
        draft.process,
        draft.root,
        draft.hostname,
        draft.domainname,
        draft.mounts,
        draft.hooks,
        draft.annotations,
        draft.linux);
  }

  /** The Linux part, an empty one when absent. */
  public LinuxConfig linuxOrEmpty() {
    return linux == null ? LinuxConfig.EMPTY : linux;
  }

  /** The fields while they change; Java has no derived creation of records yet. */
  public static final class Draft {
    public String ociVersion;
    public @Nullable Process process;
    public @Nullable Root root;
    public @Nullable String hostname;
    public @Nullable String domainname;
    public List<Mount> mounts;
    public Hooks hooks;
    public Map<String, String> annotations;
    public @Nullable LinuxConfig linux;

    private Draft(Spec from) {
      ociVersion = from.ociVersion;
      process = from.process;
      root = from.root;
      hostname = from.hostname;
      domainname = from.domainname;
      mounts = from.mounts;
      hooks = from.hooks;
      annotations = new LinkedHashMap<>(from.annotations);
      linux = from.linux;
    }
  }
}
