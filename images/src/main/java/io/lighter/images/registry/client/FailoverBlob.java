package io.lighter.images.registry.client;

import io.lighter.images.Descriptor;
import io.lighter.images.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A blob that goes on from the next source when one fails. Read by one thread. */
final class FailoverBlob extends InputStream {
  private final List<RemoteRepository> sources;
  private final Descriptor blob;
  private int at;
  private long position;
  private volatile @Nullable InputStream current;
  private volatile boolean closed;

  FailoverBlob(List<RemoteRepository> sources, Descriptor blob, long offset) {
    this.sources = sources;
    this.blob = blob;
    this.position = offset;
    current();
  }

  private InputStream current() {
    InputStream opened = current;
    while (opened == null) {
      try {
        opened = sources.get(at).blob(blob, position);
        current = opened;
      } catch (RegistryException e) {
        next(e);
      }
    }
    return opened;
  }

  private void next(RegistryException failure) {
    current = null;
    if (closed || ++at == sources.size() || Thread.currentThread().isInterrupted()) {
      throw failure;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    while (true) {
      try {
        int read = current().read(target, offset, length);
        position += Math.max(read, 0);
        return read;
      } catch (RegistryException e) {
        next(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    InputStream opened = current;
    if (opened != null) {
      opened.close();
    }
  }
}
