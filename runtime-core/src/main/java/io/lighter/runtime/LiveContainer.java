package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.linux.PidFd;
import io.lighter.runtime.spec.Spec;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A container in which further processes can be started.
 *
 * @param spec its configuration
 * @param status finds out, when it is asked, what its state has: {@code created}, {@code running}
 *     or {@code paused}
 * @param process its first process
 * @param cgroup where further processes are born; null where it has none
 * @param keyring its id, when it has a session keyring of its own; or null
 */
public record LiveContainer(
    Spec spec,
    ContainerPlace place,
    Supplier<String> status,
    PidFd process,
    @Nullable Cgroup cgroup,
    @Nullable String keyring) {}
