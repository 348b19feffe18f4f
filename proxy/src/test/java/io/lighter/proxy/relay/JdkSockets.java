package io.lighter.proxy.relay;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Has the JDK open what it opens with the first socket and then keeps; before a census that counts
 * descriptors, so it stands above {@link io.lighter.testing.LeavesNothing}.
 */
final class JdkSockets implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    new Socket().close();
    new ServerSocket(0).close();
    SocketChannel.open().close();
    ServerSocketChannel.open(StandardProtocolFamily.UNIX).close();
  }
}
