package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Maps of the real kernel, from the side of a process. */
@RequiresRoot
@LeavesNothing
class BpfMapsTest {
  private static final BpfMapLayout SQUARES =
      new BpfMapLayout("squares", BpfMapType.HASH, 4, 8, 100, BpfMaps.BPF_F_NO_PREALLOC);
  private static final BpfMapLayout LIST =
      new BpfMapLayout("list", BpfMapType.ARRAY, 4, 12, 1000, BpfMaps.BPF_F_MMAPABLE);

  private final BpfMaps maps = Linux.kernel().bpfMaps();
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment key = arena.allocate(4, 8);
  private final MemorySegment value = arena.allocate(16, 8);

  @AfterEach
  void free() {
    arena.close();
  }

  @Test
  void shouldKeepWhatItIsGiven() {
    try (BpfMap map = maps.create(SQUARES)) {
      assertThat(maps.lookup(map, key, value)).isFalse();
      put(map, 3, 9);
      put(map, 4, 15);
      put(map, 4, 16);
      assertThat(all(map)).isEqualTo(Map.of(3, 9L, 4, 16L));
      assertThat(maps.delete(map, key)).isTrue();
      assertThat(maps.delete(map, key)).isFalse();
      assertThat(all(map)).isEqualTo(Map.of(3, 9L));
    }
  }

  @Test
  void shouldSetAndTakeOutManyWithOrWithoutBatches() {
    try (BpfMap map = maps.create(SQUARES)) {
      manyAtOnce(maps, map);
      SystemCalls older =
          new SystemCalls() {
            @Override
            public long call(
                SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
              boolean batch = call == SystemCall.BPF && a0 >= BpfCommand.BPF_MAP_UPDATE_BATCH;
              return batch
                  ? -Errno.EINVAL
                  : Linux.kernel().calls().call(call, a0, a1, a2, a3, a4, a5);
            }

            @Override
            public long callCritical(
                SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
              return call(call, a0, a1, a2, a3, a4, a5);
            }

            @Override
            public long launch(LaunchImage image) {
              throw new AssertionError("nothing is launched");
            }
          };
      manyAtOnce(new Linux(older).bpfMaps(), map);
    }
  }

  private void manyAtOnce(BpfMaps maps, BpfMap map) {
    MemorySegment keys = arena.allocateFrom(JAVA_INT, 1, 2, 3, 4);
    MemorySegment values = arena.allocateFrom(JAVA_LONG, 1, 4, 9, 16);
    maps.updateAll(map, keys, values, 4);
    assertThat(all(map)).isEqualTo(Map.of(1, 1L, 2, 4L, 3, 9L, 4, 16L));
    maps.deleteAll(map, keys.asSlice(4), 3);
    assertThat(all(map)).isEqualTo(Map.of(1, 1L));
    maps.updateAll(map, keys, values, 0);
    maps.deleteAll(map, keys, 1);
  }

  @Test
  void shouldShareAnArrayWithoutASystemCall() {
    try (BpfMap map = maps.create(LIST);
        SharedMemory shared = maps.map(map)) {
      assertThat(shared.memory().byteSize()).isEqualTo(16_000);
      shared.memory().set(JAVA_INT, 16 * 999 + 8, 77);
      key.set(JAVA_INT, 0, 999);
      assertThat(maps.lookup(map, key, value)).isTrue();
      assertThat(value.get(JAVA_INT, 8)).isEqualTo(77);
      value.set(JAVA_INT, 8, 78);
      maps.update(map, key, value);
      assertThat(shared.memory().get(JAVA_INT, 16 * 999 + 8)).isEqualTo(78);
    }
  }

  @Test
  void shouldFindAMapByItsId() {
    int id;
    try (BpfMap map = maps.create(LIST)) {
      id = maps.id(map);
      assertThat(Linux.kernel().bpf().maps()).contains(id);
      try (BpfMap again = maps.open(id)) {
        assertThat(again).isNotNull().extracting(BpfMap::layout).isEqualTo(LIST);
      }
    }
    assertThat(maps.open(id)).isNull();
  }

  @Test
  void shouldSayWhatIsWrongWithAMap() {
    assertThatThrownBy(() -> new BpfMapLayout("a_name_of_16_byt", BpfMapType.HASH, 4, 4, 1, 0))
        .hasMessageContaining("1 to 15 bytes");
    assertThatThrownBy(() -> new BpfMapLayout("list", BpfMapType.ARRAY, 8, 4, 1, 0))
        .hasMessageContaining("the keys of the array list are of 4 bytes, not 8");
    assertThatThrownBy(() -> new BpfMapLayout("none", BpfMapType.HASH, 4, 4, 0, 0))
        .hasMessageContaining("the map none needs");
    try (BpfMap map = maps.create(LIST)) {
      key.set(JAVA_INT, 0, 1000);
      assertThatThrownBy(() -> maps.update(map, key, value))
          .isInstanceOf(LinuxException.class)
          .hasMessageContaining("setting a value of the map list: E2BIG");
      assertThatThrownBy(() -> maps.update(map, key, value.asSlice(8)))
          .hasMessageContaining("less memory than");
    }
  }

  @Test
  void shouldTellOfAProgramAndItsMaps() {
    EbpfWriter writer = new EbpfWriter();
    writer.storeValue(EbpfSize.WORD, EbpfRegister.R10, -4, 5);
    writer.apply(EbpfOperation.MOVE, EbpfRegister.R2, EbpfRegister.R10);
    writer.apply(EbpfOperation.ADD, EbpfRegister.R2, -4);
    writer.loadMap(EbpfRegister.R1, "numbers");
    writer.call(EbpfHelper.MAP_LOOKUP_ELEM);
    writer.move(EbpfRegister.R0, 1);
    writer.exit();
    Bpf bpf = Linux.kernel().bpf();
    try (BpfMap map = maps.create(LIST);
        BpfProgram program =
            bpf.load(
                writer.program(),
                BpfHook.CGROUP_INET4_CONNECT,
                "looks_up",
                Map.of("numbers", map))) {
      BpfProgramInfo info = bpf.info(program);
      assertThat(info.name()).isEqualTo("looks_up");
      assertThat(info.maps()).isEqualTo(List.of(maps.id(map)));
      assertThat(bpf.programs()).contains(info.id());
    }
  }

  private void put(BpfMap map, int number, long square) {
    key.set(JAVA_INT, 0, number);
    value.set(JAVA_LONG, 0, square);
    maps.update(map, key, value);
  }

  private Map<Integer, Long> all(BpfMap map) {
    Map<Integer, Long> found = new HashMap<>();
    MemorySegment at = arena.allocate(4, 8);
    boolean more = maps.nextKey(map, null, at);
    while (more) {
      assertThat(maps.lookup(map, at, value)).isTrue();
      found.put(at.get(JAVA_INT, 0), value.get(JAVA_LONG, 0));
      more = maps.nextKey(map, at, at);
    }
    return found;
  }

  @Test
  void shouldMakeMapsOfSockets() {
    int none = BpfMaps.BPF_F_NO_PREALLOC;
    for (BpfMapLayout layout :
        List.of(
            new BpfMapLayout("sockets", BpfMapType.SOCKHASH, 48, 8, 100, 0),
            new BpfMapLayout("lanes", BpfMapType.SK_STORAGE, 4, 88, 0, none),
            new BpfMapLayout("bell", BpfMapType.RINGBUF, 0, 0, 1 << 16, 0))) {
      try (BpfMap map = maps.create(layout);
          BpfMap again = maps.open(maps.id(map))) {
        assertThat(again).isNotNull().extracting(BpfMap::layout).isEqualTo(layout);
      }
    }
  }

  @Test
  void shouldReadNothingOfAnEmptyRing() {
    try (BpfMap map = maps.create(new BpfMapLayout("bell", BpfMapType.RINGBUF, 0, 0, 1 << 16, 0));
        BpfRing ring = maps.ring(map)) {
      ring.read(
          record -> {
            throw new AssertionError("there is nothing to read");
          });
    }
  }
}
