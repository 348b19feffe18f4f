package io.lighter.runtime.spec;

/**
 * Priority of traffic that leaves by an interface.
 *
 * @param name interface in the runtime's network namespace
 * @param priority uint32
 */
public record InterfacePriority(String name, long priority) {
  public InterfacePriority {
    Range.checkUint32("priority", priority);
  }
}
