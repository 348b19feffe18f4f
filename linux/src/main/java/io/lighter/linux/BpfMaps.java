package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Maps that programs of the kernel share with processes.
 *
 * <p>Keys and values are native memory of the caller, as long as the map's layout says. Safe for
 * use by many threads.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/bpf.2.html">bpf(2)</a>
 * @see <a href="https://docs.kernel.org/bpf/maps.html">BPF maps</a>
 */
public final class BpfMaps extends CallGroup {
  /** Memory for the elements of a hash is taken when they come, not when the map is made. */
  public static final int BPF_F_NO_PREALLOC = 1;

  /** An array can be mapped into a process: {@link #map}. Since Linux 5.5. */
  public static final int BPF_F_MMAPABLE = 1 << 10;

  /** ENOTSUPP of the kernel's own, which it lets out where a map has no batches. */
  private static final int ENOTSUPP = 524;

  /** Offsets in the part of {@code union bpf_attr} for BPF_MAP_CREATE. */
  private static final int MAP_TYPE = 0;

  private static final int KEY_SIZE = 4;
  private static final int VALUE_SIZE = 8;
  private static final int MAX_ENTRIES = 12;
  private static final int MAP_FLAGS = 16;
  private static final int MAP_NAME = 28;
  private static final int BTF_FD = 48;
  private static final int BTF_KEY_TYPE_ID = 52;
  private static final int BTF_VALUE_TYPE_ID = 56;
  private static final int CREATE_SIZE = 64;

  /** The same for the commands on one element, where NEXT_KEY is in the place of the value. */
  private static final int MAP_FD = 0;

  private static final int KEY = 8;
  private static final int VALUE = 16;
  private static final int ELEMENT_FLAGS = 24;
  private static final int ELEMENT_SIZE = 32;

  /** The same for the commands on many elements. */
  private static final int BATCH_KEYS = 16;

  private static final int BATCH_VALUES = 24;
  private static final int BATCH_COUNT = 32;
  private static final int BATCH_MAP_FD = 36;
  private static final int BATCH_SIZE = 56;

  /** Offsets in {@code struct bpf_map_info}. */
  private static final int INFO_TYPE = 0;

  private static final int INFO_ID = 4;
  private static final int INFO_KEY_SIZE = 8;
  private static final int INFO_VALUE_SIZE = 12;
  private static final int INFO_MAX_ENTRIES = 16;
  private static final int INFO_MAP_FLAGS = 20;
  private static final int INFO_NAME = 24;
  private static final int INFO_SIZE = 40;

  BpfMaps(SystemCalls calls) {
    super(calls);
  }

  /**
   * Makes a map. Needs CAP_BPF, for an LRU_HASH too.
   *
   * @throws LinuxException EPERM without the capability; ENOMEM, or E2BIG when it is larger than
   *     the kernel ever makes one
   */
  public BpfMap create(BpfMapLayout layout) {
    return layout.type() == BpfMapType.SK_STORAGE
        ? createStorage(layout)
        : create(attributes(layout), layout);
  }

  private BpfMap create(MemorySegment attributes, BpfMapLayout layout) {
    long at = attributes.address();
    return new BpfMap(
        calls, check(SystemCall.BPF, BpfCommand.BPF_MAP_CREATE, at, CREATE_SIZE, 0), layout);
  }

  /** The kernel wants to know what is in the values of sockets, if only that it is numbers. */
  private BpfMap createStorage(BpfMapLayout layout) {
    try (Fd types = new BpfTypes(calls).load(layout.valueSize())) {
      MemorySegment attributes = attributes(layout);
      attributes.set(JAVA_INT, BTF_FD, types.number());
      attributes.set(JAVA_INT, BTF_KEY_TYPE_ID, BpfTypes.NUMBER);
      attributes.set(JAVA_INT, BTF_VALUE_TYPE_ID, BpfTypes.NUMBERS);
      return create(attributes, layout);
    }
  }

  private static MemorySegment attributes(BpfMapLayout layout) {
    MemorySegment attributes = CallMemory.get().zeroed(CREATE_SIZE);
    attributes.set(JAVA_INT, MAP_TYPE, layout.type().number());
    attributes.set(JAVA_INT, KEY_SIZE, layout.keySize());
    attributes.set(JAVA_INT, VALUE_SIZE, layout.valueSize());
    attributes.set(JAVA_INT, MAX_ENTRIES, layout.maxEntries());
    attributes.set(JAVA_INT, MAP_FLAGS, layout.flags());
    attributes.setString(MAP_NAME, layout.name(), StandardCharsets.US_ASCII);
    return attributes;
  }

  /**
   * Opens a map by its id, such as one that {@link Bpf#info} tells of. Needs CAP_SYS_ADMIN.
   *
   * @return null when there is none any more, or it is of a type that is not of {@link BpfMapType}
   */
  public @Nullable BpfMap open(int id) {
    CallMemory memory = CallMemory.get();
    memory.zeroed(Bpf.ID_SIZE).set(JAVA_INT, 0, id);
    long at = memory.structAddress();
    int command = BpfCommand.BPF_MAP_GET_FD_BY_ID;
    long number = answer(Errno.ENOENT, SystemCall.BPF, command, at, Bpf.ID_SIZE, 0, 0, 0);
    if (Errno.isError(number)) {
      return null;
    }
    Fd fd = new Fd(calls, number);
    BpfMapLayout layout = null;
    try {
      layout = layout(fd);
    } finally {
      if (layout == null) {
        fd.close();
      }
    }
    return layout == null ? null : new BpfMap(calls, number, layout);
  }

  private @Nullable BpfMapLayout layout(Fd map) {
    MemorySegment info = Bpf.info(this, map, INFO_SIZE);
    for (BpfMapType type : BpfMapType.values()) {
      if (type.number() == info.get(JAVA_INT, INFO_TYPE)) {
        String name = info.getString(INFO_NAME, StandardCharsets.US_ASCII);
        return new BpfMapLayout(
            name.isEmpty() ? "unnamed" : name,
            type,
            info.get(JAVA_INT, INFO_KEY_SIZE),
            info.get(JAVA_INT, INFO_VALUE_SIZE),
            info.get(JAVA_INT, INFO_MAX_ENTRIES),
            info.get(JAVA_INT, INFO_MAP_FLAGS));
      }
    }
    return null;
  }

  /** Returns the id of a map, which no other has as long as it is there. */
  public int id(BpfMap map) {
    return Bpf.info(this, map, INFO_SIZE).get(JAVA_INT, INFO_ID);
  }

  /**
   * Maps the values of an array into this process, one {@link BpfMapLayout#stride} apart: what is
   * written there is in the map at once, without a system call.
   *
   * @param map made with {@link #BPF_F_MMAPABLE}
   */
  public SharedMemory map(BpfMap map) {
    return SharedMemory.map(calls, map, map.layout().bytes());
  }

  /**
   * Reads what programs put into a queue, of which there must be one reader.
   *
   * @param map a RINGBUF
   */
  public BpfRing ring(BpfMap map) {
    return BpfRing.open(calls, map);
  }

  /** Sets a value. A program sees the old one or the new one. */
  public void update(BpfMap map, MemorySegment key, MemorySegment value) {
    checkSizes(map, key, value, 1);
    long result = element(BpfCommand.BPF_MAP_UPDATE_ELEM, map, key, value);
    if (Errno.isError(result)) {
      throw refusal(map, result, "setting a value of");
    }
  }

  /** Copies a value; false when the key has none. */
  public boolean lookup(BpfMap map, MemorySegment key, MemorySegment value) {
    checkSizes(map, key, value, 1);
    return found(map, element(BpfCommand.BPF_MAP_LOOKUP_ELEM, map, key, value), "looking into");
  }

  /** Takes a key out; false when it was not in. */
  public boolean delete(BpfMap map, MemorySegment key) {
    checkSizes(map, key, MemorySegment.NULL, 1);
    long result = element(BpfCommand.BPF_MAP_DELETE_ELEM, map, key, MemorySegment.NULL);
    return found(map, result, "taking a key out of");
  }

  /**
   * Finds the key after another, in no order that means anything; begins anew when the other has
   * gone.
   *
   * @param key null for the first
   * @return false when there is none
   */
  public boolean nextKey(BpfMap map, @Nullable MemorySegment key, MemorySegment next) {
    MemorySegment from = key == null ? MemorySegment.NULL : key;
    checkSizes(map, next, MemorySegment.NULL, 1);
    return found(map, element(BpfCommand.BPF_MAP_GET_NEXT_KEY, map, from, next), "listing");
  }

  /**
   * Sets many values, by one call since Linux 5.6 and one by one before.
   *
   * @param keys one behind the other, {@code count} of them, as are the values
   */
  public void updateAll(BpfMap map, MemorySegment keys, MemorySegment values, int count) {
    checkSizes(map, keys, values, count);
    long result = batch(BpfCommand.BPF_MAP_UPDATE_BATCH, map, keys, values, count);
    if (hasNoBatches(result)) {
      BpfMapLayout layout = map.layout();
      for (int i = 0; i < count; i++) {
        update(map, part(keys, layout.keySize(), i), part(values, layout.valueSize(), i));
      }
    } else if (Errno.isError(result)) {
      throw refusal(map, result, "setting " + count + " values of");
    }
  }

  /** Takes many keys out, all of which are in; by one call since Linux 5.6. */
  public void deleteAll(BpfMap map, MemorySegment keys, int count) {
    checkSizes(map, keys, MemorySegment.NULL, count);
    long result = batch(BpfCommand.BPF_MAP_DELETE_BATCH, map, keys, MemorySegment.NULL, count);
    if (hasNoBatches(result)) {
      for (int i = 0; i < count; i++) {
        delete(map, part(keys, map.layout().keySize(), i));
      }
    } else if (Errno.isError(result)) {
      throw refusal(map, result, "taking " + count + " keys out of");
    }
  }

  private static MemorySegment part(MemorySegment whole, int size, int index) {
    return whole.asSlice((long) size * index, size);
  }

  private static boolean hasNoBatches(long result) {
    return result == -Errno.EINVAL || result == -ENOTSUPP;
  }

  private long element(int command, BpfMap map, MemorySegment key, MemorySegment value) {
    CallMemory memory = CallMemory.get();
    MemorySegment attributes = memory.struct();
    attributes.set(JAVA_LONG, MAP_FD, map.number());
    attributes.set(JAVA_LONG, KEY, key.address());
    attributes.set(JAVA_LONG, VALUE, value.address());
    attributes.set(JAVA_LONG, ELEMENT_FLAGS, 0);
    long at = memory.structAddress();
    return restartingOn(key, SystemCall.BPF, command, at, ELEMENT_SIZE, 0, 0, 0);
  }

  private long batch(int command, BpfMap map, MemorySegment keys, MemorySegment values, int count) {
    if (count == 0) {
      return 0;
    }
    CallMemory memory = CallMemory.get();
    MemorySegment attributes = memory.zeroed(BATCH_SIZE);
    attributes.set(JAVA_LONG, BATCH_KEYS, keys.address());
    attributes.set(JAVA_LONG, BATCH_VALUES, values.address());
    attributes.set(JAVA_INT, BATCH_COUNT, count);
    attributes.set(JAVA_INT, BATCH_MAP_FD, map.number());
    long at = memory.structAddress();
    return restartingOn(keys, SystemCall.BPF, command, at, BATCH_SIZE, 0, 0, 0);
  }

  private static void checkSizes(BpfMap map, MemorySegment keys, MemorySegment values, int count) {
    BpfMapLayout layout = map.layout();
    if (keys.byteSize() < (long) count * layout.keySize()
        || (values.address() != 0 && values.byteSize() < (long) count * layout.valueSize())) {
      throw new IllegalArgumentException(
          "less memory than " + count + " keys or values of the map " + layout.name() + " take");
    }
  }

  private static boolean found(BpfMap map, long result, String what) {
    if (result == -Errno.ENOENT) {
      return false;
    }
    if (Errno.isError(result)) {
      throw refusal(map, result, what);
    }
    return true;
  }

  private static LinuxException refusal(BpfMap map, long result, String what) {
    String shown = "bpf: " + what + " the map " + map.layout().name();
    return LinuxException.of(SystemCall.BPF, (int) -result, shown);
  }
}
