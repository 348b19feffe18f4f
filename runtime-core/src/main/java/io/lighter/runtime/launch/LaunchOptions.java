package io.lighter.runtime.launch;

import org.jspecify.annotations.Nullable;

/**
 * How a container is started, beyond what its specification says.
 *
 * @param pooledNetwork join a ready-made network namespace instead of making one; where the
 *     specification has no network namespace of its own this changes nothing
 * @param dieWithStarter the kernel kills the container when the thread that started it ends
 * @param signalsBlocked the program is executed with every signal blocked, so that none is lost
 *     until it waits for them; right only for a program that knows, as the init does
 * @param emptyFolder an empty folder on the host, which masks folders
 * @param newKeyring give the container a session keyring of its own and not the starter's
 * @param id the container's, by which an exec finds that keyring; null when the plan serves many
 *     containers, each of which then gets one without a name
 * @param created whether the container waits at {@link Gate#START} until it is started
 * @param extraDescriptors how many descriptors after the standard ones the container is given
 * @param rootPath where hooks look for the container's root on the host before it is entered, or
 *     null when it is no folder there
 */
public record LaunchOptions(
    boolean pooledNetwork,
    boolean dieWithStarter,
    String emptyFolder,
    boolean newKeyring,
    @Nullable String id,
    boolean created,
    int extraDescriptors,
    @Nullable String rootPath,
    boolean signalsBlocked) {

  /** A start without a stop, of a starter that is root. */
  public LaunchOptions(
      boolean pooledNetwork, boolean dieWithStarter, String emptyFolder, boolean newKeyring) {
    this(pooledNetwork, dieWithStarter, emptyFolder, newKeyring, null, false, 0, null, false);
  }

  /** Returns these options for a container that is created and started later. */
  public LaunchOptions withCreated(String name, int descriptors, String root) {
    return new LaunchOptions(
        pooledNetwork,
        dieWithStarter,
        emptyFolder,
        newKeyring,
        name,
        true,
        descriptors,
        root,
        signalsBlocked);
  }

  /** Returns these options for a program that is executed with every signal blocked. */
  public LaunchOptions withSignalsBlocked() {
    return new LaunchOptions(
        pooledNetwork,
        dieWithStarter,
        emptyFolder,
        newKeyring,
        id,
        created,
        extraDescriptors,
        rootPath,
        true);
  }
}
