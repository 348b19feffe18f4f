package io.lighter.runtime.launch;

import org.jspecify.annotations.Nullable;

/**
 * How a container is started, beyond what its specification says.
 *
 * @param pooledNetwork join a ready-made network namespace instead of making one; where the
 *     specification has no network namespace of its own this changes nothing
 * @param dieWithStarter the kernel kills the container when the thread that started it ends
 * @param emptyFolder an empty folder on the host, which masks folders
 * @param newKeyring give the container a session keyring of its own and not the starter's
 * @param id the container's, by which an exec finds that keyring; null when the plan serves many
 *     containers, each of which then gets one without a name
 */
public record LaunchOptions(
    boolean pooledNetwork,
    boolean dieWithStarter,
    String emptyFolder,
    boolean newKeyring,
    @Nullable String id) {}
