// Mac over LibrarySupport.digest().
package javax.crypto

import org.codehaus.groovy.runtime.LibrarySupport

// HMAC as RFC 2104 has it.
class Mac {
    final String algorithm
    private String digest
    private List key = [], data = []

    private Mac(String name) {
        algorithm = name
        digest = name.substring(4)
    }

    static Mac getInstance(String name) {
        if (!name.startsWith('Hmac') || LibrarySupport.digest(name.substring(4), '') == null)
            throw new java.security.NoSuchAlgorithmException("Algorithm $name not available")
        new Mac(name)
    }

    void init(secret) {
        int block = digest.endsWith('512') ? 128 : 64
        key = secret.encoded.toList()
        if (key.size() > block) key = LibrarySupport.digest(digest, key).toList()
        while (key.size() < block) key.add((byte) 0)
    }

    void update(byte[] bytes) { data.addAll(bytes.toList()) }

    byte[] doFinal() {
        def inner = [], outer = []
        for (b in key) {
            inner.add((byte) (b ^ 0x36))
            outer.add((byte) (b ^ 0x5c))
        }
        inner.addAll(data)
        outer.addAll(LibrarySupport.digest(digest, inner).toList())
        data = []
        LibrarySupport.digest(digest, outer)
    }

    byte[] doFinal(byte[] bytes) {
        update(bytes)
        doFinal()
    }
}
