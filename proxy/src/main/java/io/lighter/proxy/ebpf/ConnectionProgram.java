package io.lighter.proxy.ebpf;

import static io.lighter.linux.EbpfCondition.EQUAL;
import static io.lighter.linux.EbpfCondition.LESS;
import static io.lighter.linux.EbpfOperation.ADD;
import static io.lighter.linux.EbpfRegister.R0;
import static io.lighter.linux.EbpfRegister.R1;
import static io.lighter.linux.EbpfRegister.R10;
import static io.lighter.linux.EbpfRegister.R2;
import static io.lighter.linux.EbpfRegister.R3;
import static io.lighter.linux.EbpfRegister.R4;

import io.lighter.linux.EbpfHelper;
import io.lighter.linux.EbpfRegister;
import io.lighter.linux.EbpfSize;
import io.lighter.linux.EbpfWriter;

/**
 * What the programs have in common that know connections of TCP by their sockets.
 *
 * <p>The place of a connection is by the lower bits of its socket's cookie, which are numbers in
 * turn: to find it takes no hash, no lock and mostly no memory that is not in the processor's
 * cache. A socket whose place is another's is found by a hash.
 */
abstract class ConnectionProgram extends SocketProgram {
  ConnectionProgram(boolean ipv6) {
    super(ipv6);
  }

  /**
   * {@code r0 = a pointer to the socket's connection, or 0}. What it says of the endpoint may be of
   * an earlier connect of the same socket: who needs to know compares the address.
   *
   * @param cookie where on the stack the cookie is; before it there is room for a word
   */
  final void connection(int cookie) {
    EbpfWriter.Label elsewhere = program.label();
    EbpfWriter.Label found = program.label();
    place(cookie);
    program.jumpIf(R0, EQUAL, 0, elsewhere);
    program.load(EbpfSize.LONG, R1, R0, 0);
    program.load(EbpfSize.LONG, R2, R10, cookie);
    program.jumpIf(R1, EQUAL, R2, found);
    program.place(elsewhere);
    lookup(Layout.OTHER_CONNECTIONS, cookie);
    program.place(found);
  }

  /** {@code r0 = a pointer to the socket's place, or 0}, which never happens. */
  final void place(int cookie) {
    int index = cookie - Integer.BYTES;
    program.load(EbpfSize.WORD, R1, R10, cookie);
    program.and(R1, Layout.PLACES - 1);
    program.store(EbpfSize.WORD, R10, index, R1);
    lookup(Layout.CONNECTIONS, index);
  }

  /**
   * Counts a connect that has failed, and tells of its endpoint when there are too many in a row.
   *
   * @param connection a pointer to it
   * @param record where on the stack there is room for what is told
   */
  final void countFailure(EbpfRegister connection, int record) {
    EbpfWriter.Label counted = program.label();
    int endpoint = record + Layout.FAILING_ENDPOINT;
    sameEndpoint(connection, endpoint, counted);
    copy(
        EbpfSize.WORD, R10, record + Layout.FAILING_SERVICE, connection, Layout.CONNECTION_SERVICE);
    lookup(Layout.FAILURES, endpoint);
    program.jumpIf(R0, EQUAL, 0, counted);
    program.load(EbpfSize.WORD, R2, R0, Layout.FAILURES_LIMIT);
    program.jumpIf(R2, EQUAL, 0, counted);
    program.move(R1, 1);
    program.fetchAdd(EbpfSize.LONG, R0, Layout.FAILURES_TOTAL, R1);
    program.move(R1, 1);
    program.fetchAdd(EbpfSize.WORD, R0, Layout.FAILURES_IN_A_ROW, R1);
    program.apply(ADD, R1, 1);
    program.jumpIf(R1, LESS, R2, counted);
    program.loadMap(R1, Layout.FAILING);
    pointer(R2, record);
    program.move(R3, Layout.FAILING_SIZE);
    program.move(R4, 0);
    program.call(EbpfHelper.RINGBUF_OUTPUT);
    program.place(counted);
  }

  /**
   * Jumps when the index of a connection's endpoint has become another endpoint's since.
   *
   * @param endpoint where on the stack the index is put
   */
  final void sameEndpoint(EbpfRegister connection, int endpoint, EbpfWriter.Label otherwise) {
    copy(EbpfSize.WORD, R10, endpoint, connection, Layout.CONNECTION_ENDPOINT);
    lookup(Layout.ENDPOINTS, endpoint);
    program.jumpIf(R0, EQUAL, 0, otherwise);
    int address = Layout.CONNECTION_ADDRESS;
    unlessSame(EbpfSize.LONG, R0, 0, connection, address, otherwise);
    unlessSame(EbpfSize.LONG, R0, Long.BYTES, connection, address + Long.BYTES, otherwise);
    unlessSame(
        EbpfSize.WORD, R0, Layout.ENDPOINT_PORT, connection, Layout.CONNECTION_PORT, otherwise);
    unlessSame(
        EbpfSize.WORD,
        R0,
        Layout.ENDPOINT_SERVICE,
        connection,
        Layout.CONNECTION_SERVICE,
        otherwise);
  }
}
