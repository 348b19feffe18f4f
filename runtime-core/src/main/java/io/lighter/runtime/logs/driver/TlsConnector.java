package io.lighter.runtime.logs.driver;

import java.io.IOException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * Connects by TLS 1.2 or 1.3 over TCP.
 *
 * @param checksName whether the certificate must be for the host that is connected to
 */
record TlsConnector(TcpConnector tcp, SSLContext context, boolean checksName) implements Connector {
  @Override
  public Connection connect(long wait) throws IOException {
    long end = System.nanoTime() + wait;
    SocketConnection socket = tcp.connect(wait);
    try {
      SSLEngine engine = context.createSSLEngine(tcp.target().host(), tcp.target().port());
      engine.setUseClientMode(true);
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
      if (checksName) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
      }
      engine.setSSLParameters(parameters);
      return TlsConnection.handshake(socket, engine, Math.max(1, end - System.nanoTime()));
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public String toString() {
    return "tls://" + tcp.target();
  }
}
