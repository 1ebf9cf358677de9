// What Mac.init() takes.
package javax.crypto.spec

class SecretKeySpec {
    final byte[] encoded
    final String algorithm

    SecretKeySpec(byte[] key, String algorithm) {
        encoded = key
        this.algorithm = algorithm
    }
}
