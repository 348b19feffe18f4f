package io.lighter.runtime.launch;

/**
 * How a container is started, beyond what its specification says.
 *
 * @param pooledNetwork join a ready-made network namespace instead of making one; where the
 *     specification has no network namespace of its own this changes nothing
 * @param dieWithStarter the kernel kills the container when the thread that started it ends
 * @param emptyFolder an empty folder on the host, which masks folders
 * @param created whether the container waits at {@link Gate#START} until it is started
 * @param extraDescriptors how many descriptors after the standard ones the container is given
 * @param boundDevices whether device nodes must be binds of the host's because the starter itself
 *     is in a user namespace, where the kernel makes none
 */
public record LaunchOptions(
    boolean pooledNetwork,
    boolean dieWithStarter,
    String emptyFolder,
    boolean created,
    int extraDescriptors,
    boolean boundDevices) {

  /** A start without a stop, of a starter that is root. */
  public LaunchOptions(boolean pooledNetwork, boolean dieWithStarter, String emptyFolder) {
    this(pooledNetwork, dieWithStarter, emptyFolder, false, 0, false);
  }

  /** Returns these options for a container that is created and started later. */
  public LaunchOptions withCreated(int descriptors) {
    return new LaunchOptions(
        pooledNetwork, dieWithStarter, emptyFolder, true, descriptors, boundDevices);
  }
}
