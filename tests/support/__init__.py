"""What tests share: servers, browser, clock, drivers."""
