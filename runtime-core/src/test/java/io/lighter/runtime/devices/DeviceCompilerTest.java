package io.lighter.runtime.devices;

import static io.lighter.runtime.spec.DeviceRuleType.ALL;
import static io.lighter.runtime.spec.DeviceRuleType.BLOCK;
import static io.lighter.runtime.spec.DeviceRuleType.CHAR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.linux.EbpfProgram;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.SpecException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeviceCompilerTest {
  private static final int READ = 2;
  private static final int WRITE = 4;
  private static final int MKNOD = 1;
  private static final int IS_BLOCK = 1;
  private static final int IS_CHAR = 2;

  private static final DeviceRule DENY_ALL = new DeviceRule(false, ALL, null, null, "rwm");
  private static final DeviceRule ALLOW_ALL = new DeviceRule(true, ALL, null, null, "rwm");

  private static DeviceRule allow(@Nullable Long major, @Nullable Long minor, String access) {
    return new DeviceRule(true, CHAR, major, minor, access);
  }

  private static DeviceRule deny(@Nullable Long major, @Nullable Long minor, String access) {
    return new DeviceRule(false, CHAR, major, minor, access);
  }

  private static EbpfInterpreter compile(DeviceRule... rules) {
    return new EbpfInterpreter(DeviceCompiler.compile(List.of(rules)));
  }

  @Test
  void shouldCompileDockersDefaultRules() {
    EbpfProgram program =
        DeviceCompiler.compile(DefaultDeviceRules.behind(DefaultContainer.DEVICE_RULES));

    assertThat(program.disassemble())
        .isEqualTo(
            """
               0  r2 = *(u32 *)(r1 +0)
               1  w3 = w2
               2  w2 &= 0xffff
               3  w3 >>= 16
               4  r4 = *(u32 *)(r1 +4)
               5  r5 = *(u32 *)(r1 +8)
               6  if w2 == 1 goto 25
               7  if w2 == 2 goto 9
               8  goto 28
               9  if w4 == 1 goto 14
              10  if w4 == 5 goto 20
              11  if w4 == 10 goto 24
              12  if w4 == 136 goto 26
              13  goto 25
              14  if w5 == 3 goto 26
              15  if w5 == 5 goto 26
              16  if w5 == 7 goto 26
              17  if w5 == 8 goto 26
              18  if w5 == 9 goto 26
              19  goto 25
              20  if w5 == 0 goto 26
              21  if w5 == 1 goto 26
              22  if w5 == 2 goto 26
              23  goto 25
              24  if w5 == 200 goto 26
              25  if w3 & 0xfffffffe goto 28
              26  w0 = 1
              27  exit
              28  w0 = 0
              29  exit
            """);
  }

  @Test
  void shouldDenyAllWithoutARule() {
    assertThat(DeviceCompiler.compile(List.of()).disassemble())
        .endsWith("  6  w0 = 0\n   7  exit\n");
    assertThat(DeviceCompiler.compile(List.of(DENY_ALL)))
        .isEqualTo(DeviceCompiler.compile(List.of()));
  }

  @Test
  void shouldAllowWhatLaterKernelsAskOnlyWhereAllIsAllowed() {
    assertThat(compile(ALLOW_ALL).passes(8, 3, 1, 1)).isTrue();
    assertThat(compile(allow(null, null, "rw")).passes(READ | 8, IS_CHAR, 1, 1)).isFalse();
    assertThat(compile(allow(null, null, "rwm")).passes(READ, 3, 1, 1)).isFalse();
  }

  @Test
  void shouldLetLaterRulesOverrideWhereTheyOverlap() {
    EbpfInterpreter hole = compile(allow(8L, null, "rw"), deny(8L, 1L, "w"));
    assertThat(hole.passes(READ | WRITE, IS_CHAR, 8, 0)).isTrue();
    assertThat(hole.passes(READ, IS_CHAR, 8, 1)).isTrue();
    assertThat(hole.passes(READ | WRITE, IS_CHAR, 8, 1)).isFalse();

    EbpfInterpreter covered = compile(allow(8L, 1L, "rw"), deny(8L, null, "w"));
    assertThat(covered.passes(WRITE, IS_CHAR, 8, 1)).isFalse();
    assertThat(covered.passes(READ, IS_CHAR, 8, 1)).isTrue();

    EbpfInterpreter anyMajor = compile(ALLOW_ALL, deny(null, 3L, "r"), allow(1L, null, "r"));
    assertThat(anyMajor.passes(READ, IS_CHAR, 2, 3)).isFalse();
    assertThat(anyMajor.passes(READ, IS_CHAR, 1, 3)).isTrue();
    assertThat(anyMajor.passes(READ, IS_BLOCK, 2, 3)).isTrue();
  }

  @Test
  void shouldPutGrantsOfDifferentRulesTogether() {
    EbpfInterpreter both = compile(allow(1L, 3L, "r"), allow(1L, null, "w"));

    assertThat(both.passes(READ | WRITE, IS_CHAR, 1, 3)).isTrue();
    assertThat(both.passes(READ | WRITE, IS_CHAR, 1, 4)).isFalse();
    assertThat(both.passes(MKNOD, IS_CHAR, 1, 3)).isFalse();
  }

  @Test
  void shouldTakeATypeOfAllByItsOtherFields() {
    EbpfInterpreter read = compile(new DeviceRule(true, ALL, 1L, null, "r"));

    assertThat(read.passes(READ, IS_BLOCK, 1, 9)).isTrue();
    assertThat(read.passes(WRITE, IS_BLOCK, 1, 9)).isFalse();
    assertThat(read.passes(READ, IS_CHAR, 2, 9)).isFalse();
  }

  @Test
  void shouldGrantTheDefaultDevicesWhateverTheRulesSay() {
    EbpfInterpreter denied =
        new EbpfInterpreter(DeviceCompiler.compile(DefaultDeviceRules.behind(List.of(DENY_ALL))));
    int all = READ | WRITE | MKNOD;

    for (int minor : new int[] {3, 5, 7, 8, 9}) {
      assertThat(denied.passes(all, IS_CHAR, 1, minor)).as("1:%s", minor).isTrue();
    }
    assertThat(denied.passes(all, IS_CHAR, 5, 0)).isTrue();
    assertThat(denied.passes(all, IS_CHAR, 5, 2)).isTrue();
    assertThat(denied.passes(all, IS_CHAR, 136, 77)).isTrue();
    assertThat(denied.passes(all, IS_CHAR, 10, 200)).isTrue();
    assertThat(denied.passes(READ, IS_CHAR, 5, 1)).as("the host's console").isFalse();
    assertThat(denied.passes(READ, IS_CHAR, 1, 1)).as("the host's memory").isFalse();
    assertThat(denied.passes(READ, IS_BLOCK, 1, 3)).isFalse();
    assertThat(denied.passes(MKNOD, IS_BLOCK, 8, 0)).isTrue();
    assertThat(denied.passes(MKNOD | READ, IS_BLOCK, 8, 0)).isFalse();
  }

  @Test
  void shouldShareWhatMajorsHaveInCommon() {
    List<DeviceRule> rules = new ArrayList<>();
    for (long major = 0; major < 100; major++) {
      for (long minor = 0; minor < 30; minor++) {
        rules.add(new DeviceRule(true, BLOCK, major, minor, "r"));
      }
    }

    assertThat(DeviceCompiler.compile(rules).length()).isLessThan(150);
  }

  @Test
  void shouldRefuseRulesThatNeedTooMuch() {
    List<DeviceRule> many = new ArrayList<>();
    for (long i = 0; i < 4_000; i++) {
      many.add(allow(i, i, "r"));
    }
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> DeviceCompiler.compile(many))
        .withMessage(
            "config.json: linux.resources.devices: 4000 rules need a longer filter than the 4096"
                + " instructions that a kernel takes; leave numbers out, which is a wildcard, to"
                + " need fewer");
    for (long i = 0; i < 100; i++) {
      many.add(DENY_ALL);
    }
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> DeviceCompiler.compile(many))
        .withMessageContaining("4100 rules are more than the 4096 that can be");
    assertThat(DeviceCompiler.compile(many.subList(0, 1_300)).length()).isLessThanOrEqualTo(4096);
  }

  @Test
  void shouldNotTakeLongForRulesThatCrossEachOther() {
    List<DeviceRule> crossing = new ArrayList<>();
    for (long i = 0; i < 1_200; i++) {
      crossing.add(allow(i, null, "r"));
      crossing.add(allow(null, i, "w"));
    }

    assertThat(DeviceCompiler.compile(crossing).length()).isLessThanOrEqualTo(4096);
  }

  @Test
  void shouldRefuseARuleWithoutAccess() {
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(
            () ->
                DeviceCompiler.compile(List.of(DENY_ALL, new DeviceRule(true, CHAR, 1L, 3L, null))))
        .withMessage(
            "config.json: linux.resources.devices[1].access: is missing: name some of r, w and m");
  }
}
