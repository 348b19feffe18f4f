package io.lighter.runtime.logs.driver;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets the JDK open the socket that it keeps for ever after its first channel
 * (sun.nio.ch.UnixDispatcher), before anybody counts what tests leave behind.
 */
final class JdkSockets implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    SocketChannel.open().close();
  }
}
