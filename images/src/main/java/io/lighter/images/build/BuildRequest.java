package io.lighter.images.build;

import io.lighter.images.Platform;
import io.lighter.images.cdi.DeviceCatalogue;
import io.lighter.runtime.spec.Rlimit;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is to be built.
 *
 * @param context the files
 * @param dockerfile what to do with them
 * @param target the stage, by name or number; null for the last
 * @param args build arguments by name; a value of null leaves the default
 * @param labels of the image
 * @param platform of base images and of the result
 * @param noCache every instruction is run
 * @param noCacheStages the stages whose instructions are run
 * @param pull base images are looked for anew
 * @param secrets by id
 * @param sshSockets of agents, by id
 * @param contexts named contexts, which stand for images and stages of their name
 * @param network of commands
 * @param hosts further lines of {@code /etc/hosts}: names to addresses
 * @param shmBytes the size of {@code /dev/shm}, 0 for the default of 64 MiB
 * @param rlimits of commands
 * @param allowInsecure {@code RUN --security=insecure} may be used
 * @param devices that commands may use
 * @param deviceFolders whose files describe devices
 * @param provenance what the image tells of how it was built; null for nothing
 * @param cacheFrom where results are looked for beside the store
 * @param cacheTo where results are kept for builds elsewhere
 * @param sourceDateEpoch seconds since 1970 that all is dated to, if it is younger; null for now.
 *     The build argument SOURCE_DATE_EPOCH counts more.
 */
public record BuildRequest(
    BuildContext context,
    DockerfileSource dockerfile,
    @Nullable String target,
    Map<String, @Nullable String> args,
    Map<String, String> labels,
    Platform platform,
    boolean noCache,
    Set<String> noCacheStages,
    boolean pull,
    Map<String, SecretSource> secrets,
    Map<String, Path> sshSockets,
    Map<String, BuildContext> contexts,
    BuildNetwork network,
    Map<String, String> hosts,
    long shmBytes,
    List<Rlimit> rlimits,
    boolean allowInsecure,
    DeviceRights devices,
    List<Path> deviceFolders,
    @Nullable ProvenanceOptions provenance,
    List<CacheSource> cacheFrom,
    List<CacheTarget> cacheTo,
    @Nullable Long sourceDateEpoch) {

  /** A build of a context with the Dockerfile in it; change the rest by {@link #with}. */
  public static BuildRequest of(BuildContext context, DockerfileSource dockerfile) {
    return new Draft(context, dockerfile).request();
  }

  /** A copy with some fields set: {@code request.with(r -> r.target = "test")}. */
  public BuildRequest with(Consumer<Draft> change) {
    Draft draft = new Draft(context, dockerfile);
    draft.target = target;
    draft.args = args;
    draft.labels = labels;
    draft.platform = platform;
    draft.noCache = noCache;
    draft.noCacheStages = noCacheStages;
    draft.pull = pull;
    draft.secrets = secrets;
    draft.sshSockets = sshSockets;
    draft.contexts = contexts;
    draft.network = network;
    draft.hosts = hosts;
    draft.shmBytes = shmBytes;
    draft.rlimits = rlimits;
    draft.allowInsecure = allowInsecure;
    draft.devices = devices;
    draft.deviceFolders = deviceFolders;
    draft.provenance = provenance;
    draft.cacheFrom = cacheFrom;
    draft.cacheTo = cacheTo;
    draft.sourceDateEpoch = sourceDateEpoch;
    change.accept(draft);
    return draft.request();
  }

  /** The fields while they change. */
  public static final class Draft {
    public BuildContext context;
    public DockerfileSource dockerfile;
    public @Nullable String target;
    public Map<String, @Nullable String> args = new LinkedHashMap<>();
    public Map<String, String> labels = Map.of();
    public Platform platform = Platform.local();
    public boolean noCache;
    public Set<String> noCacheStages = Set.of();
    public boolean pull;
    public Map<String, SecretSource> secrets = Map.of();
    public Map<String, Path> sshSockets = Map.of();
    public Map<String, BuildContext> contexts = Map.of();
    public BuildNetwork network = BuildNetwork.HOST;
    public Map<String, String> hosts = Map.of();
    public long shmBytes;
    public List<Rlimit> rlimits = List.of();
    public boolean allowInsecure;
    public DeviceRights devices = DeviceRights.NONE;
    public List<Path> deviceFolders = DeviceCatalogue.FOLDERS;
    public @Nullable ProvenanceOptions provenance;
    public List<CacheSource> cacheFrom = List.of();
    public List<CacheTarget> cacheTo = List.of();
    public @Nullable Long sourceDateEpoch;

    private Draft(BuildContext context, DockerfileSource dockerfile) {
      this.context = context;
      this.dockerfile = dockerfile;
    }

    private BuildRequest request() {
      return new BuildRequest(
          context,
          dockerfile,
          target,
          args,
          labels,
          platform,
          noCache,
          noCacheStages,
          pull,
          secrets,
          sshSockets,
          contexts,
          network,
          hosts,
          shmBytes,
          rlimits,
          allowInsecure,
          devices,
          deviceFolders,
          provenance,
          cacheFrom,
          cacheTo,
          sourceDateEpoch);
    }
  }
}
