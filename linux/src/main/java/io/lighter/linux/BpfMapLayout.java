package io.lighter.linux;

/**
 * What a map is like, as it is created and as the kernel tells of it.
 *
 * @param name 1 to 15 letters, digits, dots and underscores, for who lists maps
 * @param keySize in bytes; 4 for an array or SK_STORAGE, 0 for a RINGBUF
 * @param valueSize in bytes; 0 for a RINGBUF
 * @param maxEntries that it holds at most; bytes of a RINGBUF, a power of two and of pages; 0 for
 *     SK_STORAGE, which has as many as there are sockets
 * @param flags BPF_F_ values of {@link BpfMaps}
 */
public record BpfMapLayout(
    String name, BpfMapType type, int keySize, int valueSize, int maxEntries, int flags) {
  private static final int ALIGNMENT = 8;

  /** Checks what the kernel would refuse without a word. */
  public BpfMapLayout {
    Bpf.checkName(name);
    boolean sizes = type == BpfMapType.RINGBUF || (keySize > 0 && valueSize > 0);
    boolean room = type == BpfMapType.SK_STORAGE || maxEntries > 0;
    if (!sizes || !room) {
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
