//! Where laptops are expected, taken in by hand.

use super::*;

#[tokio::test]
async fn a_list_is_taken_in_and_shown_and_the_audit_says_who_did_it() {
    let mut site = Site::signed_in();
    site.get("/assets").await.says("Nobody has said yet");
    let form = "csrf=token&list=serial%2Cperson%2Chome%0APF3X%2CE-17%2CUS-TX%4030.3%0A";
    let refused = site.post("/assets", form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("Line 2: home:");
    refused.says("PF3X,E-17");
    let form = "csrf=token&list=serial%2Cperson%2Chome%0APF3X%2CE-17%2CUS-TX%0A";
    site.post("/assets", form).await.leads_to("/assets");
    let page = site.get("/assets").await;
    page.says("PF3X");
    page.says("US-TX");
    page.says("not enrolled");
    let audit = site.texts("select actor || ' ' || action || ' ' || subject from audit");
    assert!(audit.contains(&"account:ada assets.import laptops:1".to_owned()), "{audit:?}");
}

#[tokio::test]
async fn a_form_of_another_session_changes_nothing() {
    let mut site = Site::signed_in();
    let refused = site.post("/assets", "csrf=other&list=serial%0APF3X%0A").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(site.texts("select serial from asset"), [""; 0]);
}

#[tokio::test]
async fn names_on_a_list_are_shown_and_not_obeyed() {
    let mut site = Site::signed_in();
    let form = "csrf=token&list=serial%2Cperson%0A%3Cb%3E%2C%3Cscript%3E%0A";
    site.post("/assets", form).await.leads_to("/assets");
    let page = site.get("/assets").await;
    page.says_not("<script>");
    page.says("&#60;b&#62;");
}
