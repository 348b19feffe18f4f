package io.lighter.runtime.lifecycle;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a container from outside: runtime.md, "State", and a little more.
 *
 * @param ociVersion of its configuration
 * @param id unique in its store
 * @param status as it was when it was asked for
 * @param pid of its first process as the host sees it; 0 when there is none any more
 * @param bundle absolute path of its bundle
 * @param rootfs absolute path of its root on the host
 * @param annotations of its configuration
 * @param created when
 * @param owner the user id that created it
 * @param cgroup the absolute path of its cgroup in the v2 tree, or null when it has none of its own
 */
public record ContainerState(
    String ociVersion,
    String id,
    Status status,
    int pid,
    Path bundle,
    Path rootfs,
    Map<String, String> annotations,
    Instant created,
    long owner,
    @Nullable String cgroup) {
  public ContainerState {
    annotations = Map.copyOf(annotations);
  }
}
