package io.lighter.runtime.launch;

/**
 * How a container is started, beyond what its specification says.
 *
 * @param pooledNetwork join a ready-made network namespace instead of making one; where the
 *     specification has no network namespace of its own this changes nothing
 * @param dieWithStarter the kernel kills the container when the thread that started it ends
 * @param signalsBlocked the program is executed with every signal blocked, so that none is lost
 *     until it waits for them; right only for a program that knows, as the init does
 * @param emptyFolder an empty folder on the host, which masks folders
 */
public record LaunchOptions(
    boolean pooledNetwork, boolean dieWithStarter, boolean signalsBlocked, String emptyFolder) {}
