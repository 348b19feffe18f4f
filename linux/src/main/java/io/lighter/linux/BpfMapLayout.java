package io.lighter.linux;

/**
 * What a map is like, as it is created and as the kernel tells of it.
 *
 * @param name 1 to 15 letters, digits, dots and underscores, for who lists maps
 * @param keySize in bytes; 4 for an array
 * @param valueSize in bytes
 * @param maxEntries that it holds at most
 * @param flags BPF_F_ values of {@link BpfMaps}
 */
public record BpfMapLayout(
    String name, BpfMapType type, int keySize, int valueSize, int maxEntries, int flags) {
  private static final int ALIGNMENT = 8;

  /** Checks what the kernel would refuse without a word. */
  public BpfMapLayout {
    Bpf.checkName(name);
    if (keySize < 1 || valueSize < 1 || maxEntries < 1) {
      throw new IllegalArgumentException(
          "the map " + name + " needs a size of key and value, and room for an entry at least");
    }
    if (type == BpfMapType.ARRAY && keySize != Integer.BYTES) {
      throw new IllegalArgumentException(
          "the keys of the array " + name + " are of 4 bytes, not " + keySize);
    }
  }

  /** Returns how far the values of an array are apart, in bytes. */
  public int stride() {
    return (valueSize + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** Returns the bytes that the values of an array take. */
  public long bytes() {
    return (long) stride() * maxEntries;
  }
}
