package mall.gateway;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.net.URI;
import org.junit.Test;

public class RouteTableTest {
    private final RouteTable routes = RouteTable.parse("/api=http://web:80, /api/product=http://product:8080/product");

    @Test
    public void longestPrefixWins() {
        assertEquals(URI.create("http://product:8080/product/5"), routes.target("/api/product/5").get());
        assertEquals(URI.create("http://web:80/cart"), routes.target("/api/cart").get());
    }

    @Test
    public void prefixEndsAtASlash() {
        assertEquals(URI.create("http://web:80/products"), routes.target("/api/products").get());
    }

    @Test
    public void otherPathsHaveNoRoute() {
        assertFalse(routes.target("/admin").isPresent());
    }

    @Test(expected = IllegalArgumentException.class)
    public void routeWithoutTargetIsRefused() {
        RouteTable.parse("/api");
    }
}
