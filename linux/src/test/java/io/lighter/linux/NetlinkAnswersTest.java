package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers that no kernel should give, from a peer that plays the kernel. */
@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class NetlinkAnswersTest {
  private static final int MULTI = NetlinkFlags.NLM_F_MULTI;
  private static final int TLVS = NetlinkFlags.NLM_F_ACK_TLVS;
  private static final int CAPPED = NetlinkFlags.NLM_F_CAPPED;

  private final Linux linux = Linux.kernel();
  private final Arena arena = Arena.ofShared();
  private final SocketPair pair = linux.sockets().socketpair(SocketFlags.SOCK_SEQPACKET);
  private final NetlinkSocket socket = new NetlinkSocket(linux.calls(), pair.first(), arena);
  private final Links links = new Links(socket);
  private int sequence = 1;

  @AfterEach
  void close() {
    socket.close();
    pair.second().close();
    arena.close();
  }

  private static ByteBuffer over(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }

  private byte[] message(int type, int flags, byte[] payload) {
    byte[] out = new byte[NetlinkFlags.align(16 + payload.length)];
    ByteBuffer header = over(out).putInt(16 + payload.length);
    header.putShort((short) type).putShort((short) flags);
    header.putInt(sequence).putInt(0).put(payload);
    return out;
  }

  private static byte[] attribute(int claimed, int type, byte[] value) {
    byte[] out = new byte[NetlinkFlags.align(4 + value.length)];
    over(out).putShort((short) claimed).putShort((short) type).put(value);
    return out;
  }

  private static byte[] attribute(int type, byte[] value) {
    return attribute(4 + value.length, type, value);
  }

  private static byte[] text(String text) {
    return (text + "\0").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] number(int value) {
    byte[] out = new byte[4];
    over(out).putInt(value);
    return out;
  }

  private static byte[] all(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private byte[] link(int index, byte[]... attributes) {
    byte[] header = all(number(0), number(index), new byte[8]);
    return message(Rtnetlink.RTM_NEWLINK, MULTI, all(header, all(attributes)));
  }

  private byte[] result(int flags, int errno, byte[]... behind) {
    return message(NetlinkFlags.NLMSG_ERROR, flags, all(number(-errno), all(behind)));
  }

  private byte[] done() {
    return message(NetlinkFlags.NLMSG_DONE, MULTI, number(0));
  }

  private void answer(byte[]... messages) {
    byte[] bytes = all(messages);
    MemorySegment memory = arena.allocate(Math.max(bytes.length, 1));
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
    linux.files().write(pair.second(), memory.asSlice(0, bytes.length));
  }

  private static void assertMalformed(ThrowingCallable call, String what) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADMSG))
        .hasMessageContaining("the answer to RTM_GETLINK")
        .hasMessageContaining(what);
  }

  @Test
  void shouldReadAList() {
    answer(
        link(1, attribute(Rtnetlink.IFLA_IFNAME, text("lo"))),
        message(NetlinkFlags.NLMSG_NOOP, MULTI, new byte[0]),
        link(
            2,
            attribute(Rtnetlink.IFLA_MASTER, number(7)),
            attribute(Rtnetlink.IFLA_IFNAME, text("eth0"))));
    answer(link(3, attribute(Rtnetlink.IFLA_IFNAME, text("e"))), done());

    assertThat(links.list())
        .containsExactly(
            new Link(1, "lo", 0, 0), new Link(2, "eth0", 0, 7), new Link(3, "e", 0, 0));
  }

  @Test
  void shouldPassOverAnswersToEarlierRequests() {
    sequence = 0;
    answer(link(9, attribute(Rtnetlink.IFLA_IFNAME, text("old"))), done());
    sequence = 1;
    answer(done());

    assertThat(links.list()).isEmpty();
  }

  @Test
  void shouldAskAgainForAListThatChangedMeanwhile() {
    answer(
        link(1, attribute(Rtnetlink.IFLA_IFNAME, text("lo"))),
        message(NetlinkFlags.NLMSG_DONE, MULTI | NetlinkFlags.NLM_F_DUMP_INTR, number(0)));
    sequence = 2;
    answer(link(1, attribute(Rtnetlink.IFLA_IFNAME, text("lo"))), done());

    assertThat(links.list()).hasSize(1);
  }

  @Test
  void shouldGiveUpOnAListThatNeverStandsStill() {
    for (sequence = 1; sequence <= 16; sequence++) {
      answer(message(NetlinkFlags.NLMSG_DONE, MULTI | NetlinkFlags.NLM_F_DUMP_INTR, number(0)));
    }
    assertThatThrownBy(links::list)
        .hasMessage(
            "RTM_GETLINK: EINTR (Interrupted system call): the list changed while it was read, 16"
                + " times");
  }

  @Test
  void shouldRepeatWhatTheKernelExplains() {
    byte[] why = attribute(NetlinkFlags.NLMSGERR_ATTR_MSG, text("no, thanks"));
    byte[] offset = attribute(2, number(20));
    answer(result(TLVS | CAPPED, Errno.EPERM, new byte[16], offset, why));
    assertThatThrownBy(() -> links.up(3))
        .hasMessage("RTM_SETLINK(index 3 up): EPERM (Operation not permitted): no, thanks");

    sequence = 2;
    byte[] repeated = all(number(32), new byte[28]);
    answer(result(TLVS, Errno.EPERM, repeated, why));
    assertThatThrownBy(() -> links.up(3)).hasMessageEndingWith(": no, thanks");

    sequence = 3;
    answer(message(NetlinkFlags.NLMSG_DONE, MULTI | TLVS, all(number(-Errno.EPERM), why)));
    assertThatThrownBy(links::list).hasMessageEndingWith(": no, thanks");

    sequence = 4;
    answer(result(0, Errno.EPERM, repeated));
    assertThatThrownBy(() -> links.up(3))
        .hasMessage("RTM_SETLINK(index 3 up): EPERM (Operation not permitted)");
  }

  @Test
  void shouldRefuseMessagesThatDoNotFit() {
    answer(new byte[7]);
    assertMalformed(links::list, "a header at byte 0 has only 7 bytes");
    sequence++;
    byte[] good = link(1, attribute(Rtnetlink.IFLA_IFNAME, text("lo")));
    answer(good, new byte[8]);
    assertMalformed(links::list, "has only 8 bytes");
    for (int claimed : new int[] {0, 15, good.length + 1, -1, Integer.MIN_VALUE}) {
      sequence++;
      byte[] lie = good.clone();
      over(lie).putInt(0, claimed);
      answer(lie);
      assertMalformed(links::list, "claims " + Integer.toUnsignedString(claimed));
    }
    sequence++;
    answer(message(Rtnetlink.RTM_NEWLINK, MULTI, new byte[12]));
    assertMalformed(links::list, "are wanted of a message of 12 bytes");
  }

  @Test
  void shouldRefuseAttributesThatDoNotFit() {
    byte[] name = text("lo");
    for (int claimed : new int[] {0, 3, 9, 70, 65535}) {
      answer(link(1, attribute(claimed, Rtnetlink.IFLA_IFNAME, name)), done());
      assertMalformed(links::list, "an attribute claims " + claimed + " of 8 bytes");
      sequence++;
    }
    answer(link(1, new byte[] {4, 0}), done());
    assertMalformed(links::list, "an attribute claims 0 of 2 bytes");
    sequence++;
    answer(link(1, attribute(Rtnetlink.IFLA_MASTER, new byte[2])), done());
    assertMalformed(links::list, "attribute 10 has no number at byte 0 of 2");
    sequence++;
    answer(link(1), done());
    assertMalformed(links::list, "a network device has no name");
  }

  @Test
  void shouldRefuseResultsThatAreNone() {
    answer(message(NetlinkFlags.NLMSG_ERROR, 0, new byte[0]));
    assertMalformed(links::list, "4 bytes at 0 are wanted of a message of 0 bytes");
    for (int lie : new int[] {1, -4096, Integer.MIN_VALUE}) {
      sequence++;
      answer(message(NetlinkFlags.NLMSG_ERROR, 0, number(lie)));
      assertMalformed(links::list, "its result is " + lie);
    }
    for (int repeated : new int[] {0, 15, 21, -1}) {
      sequence++;
      answer(result(TLVS, Errno.EPERM, number(repeated), new byte[16]));
      assertMalformed(links::list, "it repeats " + Integer.toUnsignedString(repeated));
    }
    sequence++;
    answer(result(TLVS | CAPPED, Errno.EPERM, new byte[3]));
    assertMalformed(links::list, "are wanted of a message of 7 bytes");
    sequence++;
    answer(result(0, 0));
    assertMalformed(() -> links.byName("lo"), "nothing was found, and no error either");
  }

  @Test
  void shouldRefuseAddressesThatAreNone() {
    Addresses addresses = new Addresses(socket);
    byte[] header = all(number(0), number(5));
    byte[] five = attribute(Rtnetlink.IFA_LOCAL, new byte[5]);
    answer(message(Rtnetlink.RTM_NEWADDR, MULTI, all(header, five)), done());
    assertThatThrownBy(() -> addresses.list(5))
        .hasMessageContaining("the answer to RTM_GETADDR(index 5): an address has 5 bytes");
    sequence++;
    answer(message(Rtnetlink.RTM_NEWADDR, MULTI, header), done());
    assertThatThrownBy(() -> addresses.list(5)).hasMessageContaining("an address has no address");
  }

  @Test
  void shouldSayWhenThereIsNoAnswerOrTooMuchOfOne() {
    answer(link(1, attribute(Rtnetlink.IFLA_IFNAME, new byte[40_000])));
    assertThatThrownBy(links::list)
        .hasMessageContaining("the answer to RTM_GETLINK, of 40036 bytes: EMSGSIZE");
    linux.sockets().shutdown(pair.second(), SocketFlags.SHUT_WR);
    assertThatThrownBy(links::list).hasMessageContaining("does not come, the socket is closed");
    pair.second().close();
    assertThatThrownBy(links::list).hasMessageContaining("sending RTM_GETLINK: E");
  }

  @Test
  void shouldSurviveAnyAnswer() {
    Random random = new Random(43784);
    byte[] nested = attribute(18, attribute(1, text("veth")));
    MemorySegment request = arena.allocate(256);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes =
          all(
              link(i, attribute(Rtnetlink.IFLA_IFNAME, text("eth0")), nested),
              result(TLVS, random.nextInt(3), number(20), new byte[16], nested));
      for (int flips = random.nextInt(8); flips > 0; flips--) {
        int at = random.nextInt(bytes.length);
        // The sequence stays, or the answer would be passed over.
        if (at < 8 || at > 11) {
          bytes[at] = (byte) random.nextInt(random.nextBoolean() ? 256 : 8);
        }
      }
      answer(bytes);
      answer(result(0, 0));
      try {
        // Not a list, which is asked for again when an answer says that it changed.
        links.byIndex(1);
      } catch (LinuxException e) {
        assertThat(e.errno()).isPositive();
      }
      assertThat(linux.files().read(pair.second(), request)).isPositive();
      sequence++;
    }
  }

  @Test
  void shouldNeverCutALengthDown() {
    NetlinkRequest request = socket.request(1, 0, "a request");
    assertThatThrownBy(() -> request.addBytes(1, new byte[65_536 + 8]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a request: a request has at most 16384 bytes");
    NetlinkRequest large =
        new NetlinkRequest(arena.allocate(200_000, 8)).begin(1, 0, "a large request");
    assertThatThrownBy(() -> large.addBytes(1, new byte[65_536 + 8]))
        .hasMessageContaining("at most 65535 bytes with its header, not 65548");
    int nest = large.beginNest(2);
    large.addBytes(1, new byte[40_000]).addBytes(1, new byte[40_000]);
    assertThatThrownBy(() -> large.endNest(nest)).hasMessageContaining("not 80012");
    assertThatThrownBy(() -> large.addText(3, "eth0\0evil")).hasMessageContaining("NUL");
  }

  @Test
  void shouldNestAttributes() {
    NetlinkRequest request = new NetlinkRequest(arena.allocate(256, 8)).begin(16, 0, "nesting");
    int nest = request.beginNest(18);
    request.addText(1, "veth").addInt(2, 7).endNest(nest).addText(3, "a");
    NetlinkMessage message = new NetlinkMessage(request.memory());
    int length = request.finish(1);
    assertThat(message.read(0, length, "itself")).isEqualTo(length);

    NetlinkAttributes outer = message.attributes(0);
    assertThat(outer.next()).isTrue();
    assertThat(outer.type()).isEqualTo(18);
    NetlinkAttributes inner = outer.nested();
    assertThat(inner.next()).isTrue();
    assertThat(inner.text()).isEqualTo("veth");
    assertThat(inner.next()).isTrue();
    assertThat(inner.intValue()).isEqualTo(7);
    assertThat(inner.next()).isFalse();
    assertThat(outer.next()).isTrue();
    assertThat(outer.text()).isEqualTo("a");
    assertThat(outer.next()).isFalse();
  }
}
