// MessageDigest over the digests of base/hash.c. Data is kept until digest(), which takes it at once:
// scripts digest texts and small files.
package java.security

import org.codehaus.groovy.runtime.LibrarySupport

class MessageDigest {
    final String algorithm
    private List data = []

    private MessageDigest(String name) { algorithm = name }

    static MessageDigest getInstance(String name) {
        if (LibrarySupport.digest(name, '') == null) throw new NoSuchAlgorithmException("$name MessageDigest not available")
        new MessageDigest(name)
    }

    void update(byte b) { data.add(b) }

    void update(byte[] bytes) { for (b in bytes) data.add(b) }

    void update(byte[] bytes, int from, int n) { for (int i = from; i < from + n; i++) data.add(bytes[i]) }

    byte[] digest() {
        def bytes = LibrarySupport.digest(algorithm, data)
        data = []
        bytes
    }

    byte[] digest(byte[] bytes) {
        update(bytes)
        digest()
    }

    void reset() { data = [] }

    int getDigestLength() { LibrarySupport.digest(algorithm, '').length }

    static boolean isEqual(byte[] a, byte[] b) { a.toList() == b.toList() }
}
